"""Councils, their partners and their situations, in one database that grows from size to size.

One council is measured: what it holds stays the same while its neighbours become many. Its people
are made by the services, everything else in bulk. Nobody here exists.
"""

from dataclasses import dataclass

from django.apps import apps
from django.db import connection

from cases.crypto import TEXT_KEYS, keyring
from cases.models import (
    ActionLead,
    Alert,
    Conclusions,
    ConsentRecord,
    Feedback,
    Hearing,
    InternalNote,
    Message,
    Participation,
    Situation,
    SituationPermission,
    TimeSpent,
)
from cases.models.alerts import AlertPermission
from governance import nomenclatures
from governance.models import (
    AccessRecord,
    Attendance,
    Council,
    Meeting,
    Membership,
    Organisation,
    Sector,
    Town,
    User,
)
from governance.models.councils import CouncilPermission
from tests import factories
from tests.bench.bulk import (
    any_of,
    insert,
    insert_history,
    literal,
    one_of,
    profile,
    run,
    text,
    unburdened,
)

# Of the measured council (that of Lille had 241 situations in four years), and of its neighbours.
MEASURED, NEIGHBOUR = 5_000, 1_000
TAKING_PART = 10  # partners who may open a situation
SEEN_BY_PARTNER = 315  # situations that a partner may open
PARTNERS_AT_LEAST = TAKING_PART + 2
ORGANISATIONS, SITTINGS = 12, 40
# The encrypted text of a situation weighs as those of the demonstration do.
WORDS = "Voisinage inquiet, volets fermés, courrier non relevé depuis plusieurs semaines. " * 5


@dataclass(frozen=True)
class Population:
    """The council that is measured, and two of its people."""

    council: Council
    coordinator: Membership
    partner: Membership

    def grow(self, size: int) -> None:
        """Add what is missing up to `size` situations, of which the first half, 5,000 at most, are
        the measured council's; then tell PostgreSQL's planner."""
        tables = [
            model._meta.db_table
            for app in ("cases", "governance")
            for model in apps.get_app_config(app).get_models(include_auto_created=True)
        ]
        run("SET work_mem = '256MB'")  # to fill: the pages are measured with the server's own
        with unburdened(tables):
            self._councils(size)
            self._partners()
            self._situations()
            self._follow_up()
            insert_history(Situation, 3)
            insert_history(Participation, 2)
            insert_history(Alert, 1)
        run("RESET work_mem")
        run("ANALYZE" if connection.in_atomic_block else "VACUUM (ANALYZE)")

    def _councils(self, size: int) -> None:
        """The table `fresh_council`: the new councils, with how many situations they get."""
        run("DROP TABLE IF EXISTS fresh_council, fresh_partner, fresh_situation")
        known = Situation.objects.count()
        own = 0 if known else min(MEASURED, size // 2)
        others = max(1, (size - known - own) // min(NEIGHBOUR, size // 2))
        first = Council.objects.count()
        run(
            "CREATE TEMP TABLE fresh_council AS SELECT rank, "
            f"gen_random_uuid() AS id, situations, {_partners('situations')} AS partners "
            f"FROM (SELECT {(size - known - own) // others} AS situations) each_one, "
            f"generate_series({first}, {first + others - 1}) rank"
        )
        base = f"governance_council base WHERE base.id = {literal(self.council.pk)}"
        insert(
            Council,
            f"fresh_council c, {base}",
            **{
                field.name: f'base."{field.column}"' for field in Council._meta.concrete_fields
            }
            | {"id": "c.id", "code": "'B' || c.rank", "name": "'Conseil ' || c.rank"},
        )  # fmt: skip
        for model, fields in ((Sector, ("code", "label", "position")), (Town, ("name",))):
            table = model._meta.db_table
            insert(
                model,
                f"fresh_council c, {table} base WHERE council_id = {literal(self.council.pk)}",
                council="c.id",
                **{field: f"base.{field}" for field in fields},
            )
        if own:
            run(
                "INSERT INTO fresh_council VALUES "
                f"(0, {literal(self.council.pk)}, {own}, {_partners(own)})"
            )
        run("ANALYZE fresh_council")
        insert(
            Organisation,
            f"fresh_council c, generate_series(1, {ORGANISATIONS}) number",
            council="c.id",
            name="'Service ' || lpad(number::text, 2, '0')",
            kind=one_of(nomenclatures.codes("origin")),
        )
        insert(
            Meeting,
            f"fresh_council c, generate_series(-1, {SITTINGS - 2}) back",
            council="c.id",
            venue=text(self.council.venue),
            starts_at="now() - back * interval '70 days' - interval '1 day'",
            ends_at="now() - back * interval '70 days' - interval '22 hours'",
            status="CASE WHEN back < 0 THEN 'planned' ELSE 'held' END",
        )

    def _partners(self) -> None:
        """The table `fresh_partner`: rank in the council."""
        run(
            "CREATE TEMP TABLE fresh_partner AS SELECT c.id AS council, number AS rank, "
            "gen_random_uuid() AS user_id, gen_random_uuid() AS id "
            "FROM fresh_council c, generate_series(0, c.partners - 1) AS number"
        )
        run(
            "UPDATE fresh_partner SET user_id = %s, id = %s WHERE council = %s AND rank = 0",
            self.partner.user_id,
            self.partner.pk,
            self.council.pk,
        )
        run("ANALYZE fresh_partner")
        new = f"fresh_partner p WHERE p.id <> {literal(self.partner.pk)}"
        insert(
            User, new, id="p.user_id", email="p.user_id || '@demo.example'",
            first_name="'Personne'", last_name="left(p.id::text, 8)",
        )  # fmt: skip
        insert(
            Membership,
            "fresh_partner p JOIN governance_organisation o ON o.council_id = p.council AND "
            f"o.name = 'Service ' || lpad((1 + p.rank % {ORGANISATIONS})::text, 2, '0') "
            f"WHERE p.id <> {literal(self.partner.pk)}",
            id="p.id", user="p.user_id", council="p.council", organisation="o.id",
            role="'partner'", start="DATE '2019-01-01'",
        )  # fmt: skip
        insert(
            CouncilPermission, new, user="p.user_id", content_object="p.council",
            permission=_permission("take_part_council"),
        )  # fmt: skip

    def _situations(self) -> None:
        """The table `fresh_situation`: place in the council, received over eight years."""
        run(
            "CREATE TEMP TABLE fresh_situation AS SELECT gen_random_uuid() AS id, c.id AS council, "
            "c.rank AS council_rank, c.partners, place, received_on, "
            "least(now() - random() * interval '1 day', "
            "received_on + random() * random() * interval '700 days') AS last_activity "
            "FROM fresh_council c, generate_series(0, c.situations - 1) place, "
            "LATERAL (SELECT current_date - (random() * 2900)::int + 0 * place AS received_on) days"
        )
        run("ANALYZE fresh_situation")
        ciphertext = keyring(TEXT_KEYS).encrypt(WORDS.encode()).decode()
        open_ = "s.last_activity > now() - interval '300 days'"
        own_rows = (
            "fresh_situation s JOIN (SELECT council_id, array_agg(id) AS ids FROM governance_sector"
            " GROUP BY 1) sectors ON sectors.council_id = s.council JOIN (SELECT council_id, "
            "array_agg(id) AS ids FROM governance_town GROUP BY 1) towns ON towns.council_id = "
            "s.council"
        )
        place = {
            "council": "s.council",
            "town": _any_key("towns.ids"),
            "psychiatric_sector": _any_key("sectors.ids"),
        }
        insert(
            Situation,
            own_rows,
            **profile(Situation, ciphertext)
            | place
            | {
                "id": "s.id",
                "code": "'B' || s.council_rank || '-' || lpad(s.place::text, 6, '0')",
                "status": f"CASE WHEN {open_} THEN "
                + one_of(["under_review", "follow_up", "watch"])
                + " ELSE 'closed' END",
                "received_on": "s.received_on",
                "last_activity": "s.last_activity",
                "closed_on": f"CASE WHEN {open_} THEN NULL ELSE s.last_activity::date END",
                "closure_reason": f"CASE WHEN {open_} THEN '' ELSE "
                + one_of(nomenclatures.codes("closure_reason"))
                + " END",
                "channel": one_of(nomenclatures.codes("alert_channel")),
                "complexity": one_of(nomenclatures.codes("complexity")),
                "venue": text(self.council.venue),
                "facts_reviewed_at": "s.last_activity",
                "version": "3",
            },
        )
        taking_part = (
            f"fresh_situation s CROSS JOIN generate_series(0, {TAKING_PART}) part "
            "JOIN fresh_partner p ON p.council = s.council "
            f"AND p.rank = (s.place * {TAKING_PART} + part) % s.partners"
        )
        insert(
            Participation,
            f"{taking_part} ORDER BY s.place",
            situation="s.id", membership="p.id", since="s.received_on",
            state=f"CASE WHEN part = {TAKING_PART} THEN 'declined' WHEN part = 0 AND "
            "s.last_activity > now() - interval '20 days' THEN 'sought' ELSE 'accepted' END",
            until=f"CASE WHEN part = {TAKING_PART} THEN s.last_activity::date END",
            reason=f"CASE WHEN part = {TAKING_PART} THEN 'Hors mission' ELSE '' END",
            knows_person="part = 1",
        )  # fmt: skip
        insert(
            SituationPermission,
            f"{taking_part} WHERE part < {TAKING_PART} ORDER BY s.place",
            user="p.user_id", content_object="s.id", council="s.council",
            last_activity="s.last_activity", permission=_permission("view_situation"),
        )  # fmt: skip
        alert = profile(Alert, ciphertext) | place | {
            "draft_key": "gen_random_uuid()",
            "author": "p.user_id",
            "received_at": "s.received_on",
            "requester_role": one_of(["Chargé de secteur", "Chargée de clientèle", "Infirmier"]),
            "information_state": one_of(["", "informed"]),
            "information_date": "s.received_on",
        }  # fmt: skip
        author = (
            "JOIN fresh_partner p ON p.council = s.council AND p.rank = s.place * 10 % s.partners"
        )
        insert(
            Alert,
            f"{own_rows} {author}",
            **alert,
            code="'B' || s.council_rank || '-A' || lpad(s.place::text, 6, '0')",
            status="'accepted'", situation="s.id", settled_at="s.received_on",
        )  # fmt: skip
        insert(
            Alert,
            f"{own_rows} {author} WHERE s.place % 50 = 0",
            **alert | {"received_at": "now() - random() * interval '10 days'"},
            code="'B' || s.council_rank || '-N' || lpad(s.place::text, 6, '0')",
            status=one_of(["received", "in_review", "info_requested"]),
        )
        insert(
            AlertPermission,
            "cases_alert a JOIN fresh_situation s ON s.council = a.council_id AND "
            "split_part(a.code, '-', 2) = 'A' || lpad(s.place::text, 6, '0')",
            user="a.author_id", content_object="a.id", permission=_permission("view_alert"),
        )  # fmt: skip

    def _follow_up(self) -> None:
        """What hangs on the new situations."""
        ciphertext = text(keyring(TEXT_KEYS).encrypt(WORDS[:160].encode()).decode())
        coordinator = literal(self.coordinator.user_id)
        agreement = one_of(["named", "anonymous"])
        insert(
            ConsentRecord, "fresh_situation s", situation="s.id", axis="'agreement'",
            state=agreement, given_by=text(nomenclatures.codes("consent_given_by")[0]),
            collected_on="s.last_activity::date", recorded_at="s.last_activity",
            recorded_by=coordinator,
        )  # fmt: skip
        insert(
            ConsentRecord, "fresh_situation s", situation="s.id", axis="'information'",
            state="'informed'", collected_on="s.received_on", recorded_at="s.received_on",
            recorded_by=coordinator,
        )  # fmt: skip
        sitting = (
            "fresh_situation s JOIN (SELECT council_id, array_agg(id ORDER BY starts_at) AS ids "
            "FROM governance_meeting GROUP BY 1) m ON m.council_id = s.council"
        )
        insert(
            Hearing, f"{sitting} WHERE s.place % 5 < 3", situation="s.id", position="s.place",
            meeting=f"m.ids[1 + s.place % {SITTINGS - 1}]", naming="'anonymous'", state="'held'",
        )  # fmt: skip
        insert(
            Hearing, f"{sitting} WHERE s.place % 40 = 4", situation="s.id", position="s.place",
            meeting=f"m.ids[{SITTINGS}]", naming="'anonymous'",
        )  # fmt: skip
        heard = "cases_hearing h JOIN fresh_situation s ON s.id = h.situation_id"
        insert(
            Conclusions, f"{heard} WHERE h.state = 'held'", hearing="h.id", summary=ciphertext,
            validated_at="s.last_activity", validated_by=coordinator,
        )  # fmt: skip
        carrier = (
            "JOIN fresh_partner p ON p.council = s.council AND "
            f"p.rank = (s.place * {TAKING_PART} + 1) % s.partners"
        )
        insert(
            Feedback, f"{heard} {carrier} WHERE h.state = 'held'", hearing="h.id",
            council="s.council", given_by="p.id", due_on="s.last_activity::date + 15",
            given_on="CASE WHEN s.last_activity < now() - interval '60 days' "
            "THEN s.last_activity::date END",
        )  # fmt: skip
        insert(
            ActionLead, f"fresh_situation s {carrier}", council="s.council", situation="s.id",
            owner="p.id",
            kind=one_of(nomenclatures.codes("action_lead_type")), description=ciphertext,
            due_on="s.last_activity::date + 30", proposed_on="s.last_activity::date",
            status="CASE WHEN s.last_activity < now() - interval '90 days' THEN 'done' ELSE "
            + one_of(["accepted", "in_progress", "done"])
            + " END",
        )  # fmt: skip
        insert(
            InternalNote, "fresh_situation s", situation="s.id", author=coordinator,
            text=ciphertext, written_at="s.last_activity",
        )  # fmt: skip
        insert(
            TimeSpent, "fresh_situation s", situation="s.id", minutes="30",
            kind=one_of(nomenclatures.codes("work_kind")), noted_by=coordinator,
            done_on="s.last_activity::date",
        )  # fmt: skip
        insert(
            Message,
            "cases_participation part JOIN fresh_situation s ON s.id = part.situation_id "
            "WHERE part.state = 'accepted' AND random() < 0.05",
            participation="part.id", from_coordination=any_of(["true", "false"]), text=ciphertext,
            sent_at="s.last_activity", author=coordinator,
            read_at="CASE WHEN s.last_activity < now() - interval '7 days' "
            "THEN s.last_activity END",
        )  # fmt: skip
        insert(
            AccessRecord, "fresh_situation s, generate_series(1, 3)", at="s.last_activity",
            actor=coordinator, action="'open_situation'", council="s.council",
            target_type="'Situation'", target_id="s.id",
            previous="md5(random()::text) || md5(random()::text)",
            digest="md5(random()::text) || md5(random()::text)",
        )  # fmt: skip
        insert(
            Attendance,
            "governance_meeting m JOIN fresh_council c ON c.id = m.council_id JOIN fresh_partner p "
            f"ON p.council = c.id AND p.rank < {PARTNERS_AT_LEAST}",
            meeting="m.id", membership="p.id", state=one_of(["present", "excused"]),
        )  # fmt: skip


def found() -> Population:
    """The measured council, its coordinator and one partner, in an empty database."""
    council = factories.lille()
    service = factories.organisation(council, "Service mesuré", "social_landlord")
    return Population(
        council,
        factories.member(council, "coordination@demo.example", "coordinator"),
        factories.member(
            council, "partenaire@demo.example", "partner", organisation=service,
            profession_category="social_worker", secrecy_status="law",
        ),
    )  # fmt: skip


def _partners(situations: int | str) -> str:
    """How many partners a council of so many situations has, so that each sees as many."""
    return f"greatest({PARTNERS_AT_LEAST}, {situations} * {TAKING_PART} / {SEEN_BY_PARTNER})"


def _any_key(keys: str) -> str:
    return f"{keys}[1 + floor(random() * cardinality({keys}))::int]"


def _permission(codename: str) -> str:
    return f"(SELECT id FROM auth_permission WHERE codename = '{codename}')"
