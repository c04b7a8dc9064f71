"""What a council's bodies are expected to be, each line with its source.

The instruction asks for two bodies, chaired by the mayor or the president of the intercommunal
body, and for a council between elected members, psychiatry, users and carers. The survey counts
what the councils that answered have. A gap is said, never blocked: each council writes its own
internal rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass

INSTRUCTION = "Instruction du 30 septembre 2016"
SURVEY = "Enquête nationale de 2018"
LILLE = "Étude du CLSM de Lille, 2020"
REFERENCES = (
    (
        "Instruction n° DGS/SP4/CGET/2016/289 du 30 septembre 2016 relative à la consolidation et "
        "à la généralisation des conseils locaux de santé mentale."
    ),
    "État des lieux national des CLSM, 2018 : 110 réponses, environ 60 % des CLSM.",
)


@dataclass(frozen=True)
class ExpectedCollege:
    """A college that should sit in a body: why, in French, and who says so."""

    college: str
    reason: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Fact:
    """Something else said of a kind of body, in French, and who says so."""

    text: str
    source: str


@dataclass(frozen=True)
class Expected:
    """What is expected of a kind of body. `chaired_by`: colleges; none where nothing is said."""

    colleges: tuple[ExpectedCollege, ...] = ()
    chaired_by: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()


EXPECTED: Mapping[str, Expected] = {
    "steering_committee": Expected(
        colleges=(
            ExpectedCollege(
                "elected", "présents dans plus de 90 % des COPIL", (INSTRUCTION, SURVEY)
            ),
            ExpectedCollege(
                "psychiatry_adult", "présente dans plus de 90 % des COPIL", (INSTRUCTION, SURVEY)
            ),
            ExpectedCollege("psychiatry_child", "présente dans 72 % des COPIL", (SURVEY,)),
            ExpectedCollege("users", "présents dans 60 % des COPIL", (INSTRUCTION, SURVEY)),
            ExpectedCollege(
                "carers",
                "présents dans 90 % des COPIL, contre 60 % en 2015",
                (INSTRUCTION, SURVEY),
            ),
        ),
        chaired_by=("elected",),
        facts=(
            Fact("90 % des CLSM ont un COPIL ; 31 % de ces COPIL se réunissent une fois par an.",
                 SURVEY),
            Fact("À Lille, dix sièges : un élu, deux de la Ville, trois de l’hôpital, trois "
                 "désignés par et parmi les membres du CLSM, la coordination.", LILLE),
        ),
    ),
    "plenary": Expected(
        colleges=(
            ExpectedCollege("elected", "la plénière réunit tous les partenaires", (INSTRUCTION,)),
            ExpectedCollege(
                "psychiatry_adult", "la plénière réunit tous les partenaires", (INSTRUCTION,)
            ),
            ExpectedCollege("users", "la plénière réunit tous les partenaires", (INSTRUCTION,)),
            ExpectedCollege("carers", "la plénière réunit tous les partenaires", (INSTRUCTION,)),
            ExpectedCollege(
                "state", "l’Éducation nationale est dans 59 % des plénières", (SURVEY,)
            ),
        ),
        chaired_by=("elected",),
        facts=(
            Fact("Elle se réunit au moins une fois par an.", INSTRUCTION),
            Fact("86 % des CLSM ont une assemblée plénière ; un élu en préside 80 %, 15 % ont une "
                 "coprésidence.", SURVEY),
        ),
    ),
    "watch_cell": Expected(
        facts=(
            Fact("À Lille : la coordination, une personne par collège et deux membres du COPIL ; "
                 "tout membre du COPIL peut la réunir. Elle n’est pas saisie de situations "
                 "individuelles.", LILLE),
        ),
    ),
}  # fmt: skip

# The bodies that every council is asked to have.
EXPECTED_BODIES = ("steering_committee", "plenary")


def expected(kind: str) -> Expected:
    """What is expected of that kind of body: nothing, for most."""
    return EXPECTED.get(kind, Expected())
