"""Two people saved the same form: what each wrote is shown, and neither is lost."""

from collections.abc import Callable
from typing import Any, TypeVar

from governance.forms.guarded import prepare_again
from governance.forms.versioned import VersionedForm
from governance.versions import Difference, EditConflict

Form = TypeVar("Form", bound=VersionedForm)


def merged(
    form: Form,
    conflict: EditConflict,
    make_form: Callable[[Any, Any], Form],
    differ: Callable[[Any, dict[str, Any]], tuple[Difference, ...]],
) -> tuple[Form, tuple[Difference, ...]]:
    """The form opened again on what was saved, and what this person had written otherwise.

    The fields that this person had left alone take what was saved, so that saving again undoes
    nothing. `make_form(data, object)` opens the form, `differ(object, answers)` compares.
    """
    typed = form.changed_since(conflict.base)
    answers = {code: answer for code, answer in form.changes().items() if code in typed}
    fresh = make_form(None, conflict.current)
    again = make_form(form.data_on(fresh, typed), conflict.current)
    prepare_again(again, form)
    return again, differ(conflict.current, answers)
