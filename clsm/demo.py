from django.http import Http404, HttpRequest, HttpResponse


def demo_sign_in(request: HttpRequest) -> HttpResponse:
    raise Http404
