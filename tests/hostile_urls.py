"""The site, with one page that breaks: for the tests of what an error shows and writes."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from clsm.urls import urlpatterns as the_site


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    """Quote, in its error, what was posted; as a database does when it refuses a value."""
    try:
        int(request.POST["facts"])
    except ValueError as refusal:
        raise RuntimeError(f"cannot store {request.POST['facts']}") from refusal
    return HttpResponse()


urlpatterns = [path("panne/", broken), *the_site]
