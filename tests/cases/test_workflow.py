"""The tables of cases/workflow.py: whatever one does, one stays in a known state."""

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from cases.management.commands.workflow_diagram import labels
from cases.workflow import ACTION_LEAD, AGREEMENT, ALERT, PARTICIPATION, SITUATION, WORKFLOWS
from governance.workflow import IllegalTransition, Workflow

FINAL_STATES = {
    "alert": {"accepted", "linked", "redirected", "out_of_scope", "withdrawn"},
    "situation": {"purged"},
    "agreement": set(),
    "action_lead": {"done", "failed", "out_of_remit", "dropped"},
    "participation": set(),
    "minutes": {"published"},
    "resolution": set(),
}

every_workflow = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda w: w.name)


def names(workflow: Workflow) -> list[str]:
    return [transition.name for transition in workflow.transitions]


@st.composite
def walks(draw) -> tuple[Workflow, list[str]]:
    """A workflow, and the acts somebody tries one after the other, possible or not."""
    workflow = draw(st.sampled_from(WORKFLOWS))
    return workflow, draw(st.lists(st.sampled_from(names(workflow)), max_size=30))


@given(walks())
def test_every_walk_stays_in_the_states_of_the_closed_list(walk):
    workflow, acts = walk
    known = labels(workflow)
    state = workflow.start
    for act in acts:
        if workflow.allows(act, state):
            state = workflow.target(act, state)
        else:
            with pytest.raises(IllegalTransition):
                workflow.target(act, state)
        assert state in known


@every_workflow
def test_every_state_is_reached_from_the_start(workflow):
    reached, news = set(), {workflow.start}
    while news:
        reached |= news
        news = {
            workflow.target(act, state) for state in reached for act in workflow.acts(state)
        } - reached

    assert reached == set(workflow.states)


@every_workflow
def test_the_states_are_those_of_the_closed_list(workflow):
    assert set(workflow.states) == set(labels(workflow))


@every_workflow
def test_no_act_leaves_a_final_state(workflow):
    final = {state for state in workflow.states if not workflow.acts(state)}

    assert final == FINAL_STATES[workflow.name]


@every_workflow
def test_every_act_says_from_which_states_it_starts(workflow):
    for transition in workflow.transitions:
        assert transition.sources
        assert set(transition.sources) <= set(workflow.states) - {"*"}


@every_workflow
def test_an_act_has_one_line_and_a_french_label(workflow):
    assert len(set(names(workflow))) == len(names(workflow))
    assert all(transition.label for transition in workflow.transitions)


@pytest.mark.parametrize(
    ("workflow", "act", "state"),
    [
        (ALERT, "accept", "submitted"),
        (ALERT, "withdraw", "accepted"),
        (SITUATION, "schedule", "scheduled"),
        (SITUATION, "close", "scheduled"),
        (SITUATION, "reopen", "purged"),
        (AGREEMENT, "withdraw", "not_collected"),
        (AGREEMENT, "refuse", "named"),
        (ACTION_LEAD, "complete", "proposed"),
        (ACTION_LEAD, "accept", "dropped"),
        (PARTICIPATION, "accept", "accepted"),
        (PARTICIPATION, "finish", "sought"),
        (PARTICIPATION, "decline", "ended"),
    ],
)
def test_an_act_out_of_its_states_is_refused_in_french(workflow, act, state):
    with pytest.raises(IllegalTransition, match="n’est plus possible"):
        workflow.target(act, state)


@every_workflow
def test_an_unknown_act_is_refused_in_french(workflow):
    assert not workflow.allows("erase_everything", workflow.start)
    with pytest.raises(IllegalTransition, match="Cet acte n’existe pas"):
        workflow.target("erase_everything", workflow.start)


def test_a_refusal_is_lowered_from_every_agreement_in_force():
    """secrecy.md section 3: refusal before an agreement, withdrawal after one; never neither."""
    for state in AGREEMENT.states:
        lowering = {"refuse", "withdraw"} & set(AGREEMENT.acts(state))
        assert lowering or state == "withdrawn"


def test_the_diagram_of_the_documentation_is_up_to_date():
    call_command("workflow_diagram", "--check")


def test_a_diagram_that_differs_fails_the_check_and_says_what_to_do(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    with pytest.raises(CommandError, match="Lancez"):
        call_command("workflow_diagram", "--check")

    call_command("workflow_diagram")
    call_command("workflow_diagram", "--check")

    with (tmp_path / "docs" / "workflow.md").open("a") as document:
        document.write("une ligne de trop")
    with pytest.raises(CommandError) as failure:
        call_command("workflow_diagram", "--check")
    assert failure.value.returncode == 1


def test_the_diagram_draws_every_transition_and_state(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()

    call_command("workflow_diagram")

    drawn = (tmp_path / "docs" / "workflow.md").read_text("utf-8")
    arrows = [
        f"  {source} --> {transition.target} : {transition.label}"
        for workflow in WORKFLOWS
        for transition in workflow.transitions
        for source in transition.sources
    ]
    assert [arrow for arrow in arrows if arrow not in drawn] == []
    assert drawn.count("stateDiagram-v2") == len(WORKFLOWS)
