"""The sixty people of the demo clinic. All invented; no name, number or address is anybody's.

Phone numbers are from the range kept for drama, addresses end in the reserved `.example`, and the
NHS numbers begin with 999, which is never given out. Sixty people, because a list of ten hides
what a list of sixty shows: the awkward ones among the many who are simply on time.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pathways.rules.lifecycles import Phase

EMAIL_HOST = "mail.example"


class Contact(StrEnum):
    """How, and whether, the person can be written to."""

    EMAIL = "email"
    NONE = "none"
    UNASKED = "an address nobody has asked about"
    BOUNCED = "bounced"
    OPTED_OUT = "opted out"
    CARER = "carer"


class Awkward(StrEnum):
    """What makes a person worth having in the demo."""

    NOTHING = ""
    EARLY_RECALL = "asked for sooner"
    ENTERED_IN_ERROR = "entered in error"
    AWAITING = "awaiting result"
    PAST_ITS_DAY = "result past its day"
    REJECTED = "sample rejected"
    POSTPONED = "postponed"
    POSTPONED_LONG = "postponed by a physician"
    ON_HOLD = "on hold"
    HOLD_TO_REVIEW = "hold to look at again"
    TRANSFERRED = "transferred"
    MOVING = "transfer ahead"
    DECEASED = "deceased"
    WITHDRAWN = "withdrawn"
    COMPLETED = "completed"
    NOT_ATTENDED = "did not come"
    NOT_ATTENDED_TWICE = "did not come twice"
    VISIT_UNANSWERED = "visit without a word"
    REQUESTED = "eye exam turned on"
    CEASED = "screening ceased"


class Story(StrEnum):
    """What a person's results and therapy tell, beside what makes them awkward."""

    USUAL = ""
    SHOWPIECE = "two years, a transplant, a delay, and a VEGF above its lowest"
    INFLUENZA = "a VEGF that rose after influenza, and numbers without a unit"
    DELAYED = "a cycle nine days late"
    ON_HOLD = "a course on hold"
    STOPPED = "a course stopped early"
    THALIDOMIDE = "thalidomide, with what was taken in all"
    UNPROTECTED = "no prophylaxis on record"


@dataclass(frozen=True, slots=True)
class Invented:
    """One invented person; `due_in` is the day of the next neurological exam, from today."""

    mrn: str
    family_name: str
    given_name: str
    born: str
    sex: str
    phase: Phase
    months: int  # in this phase so far; for transplant, work-up and relapse see `days`
    due_in: int | None = None  # days; negative is late; None: some weeks ahead
    days: int = 0  # in this phase, where months are too coarse
    language: str = "en"
    title: str = ""
    contact: Contact = Contact.EMAIL
    awkward: Awkward = Awkward.NOTHING
    story: Story = Story.USUAL
    visit_in: int | None = None  # days until a booked visit
    when_to_call: bool = False  # the note on when to call falls on today; `months` is about right
    flags: tuple[str, ...] = ()

    @property
    def birth_date(self) -> date:
        """The day of birth."""
        return date.fromisoformat(self.born)

    @property
    def email(self) -> str:
        """An address from the name, or one that reads nothing like it where no letter is Latin."""
        if self.contact is Contact.NONE:
            return ""
        holder = "family" if self.contact is Contact.CARER else _plain(self.given_name)
        return f"{holder}.{_plain(self.family_name)}"[:60].strip(".") + f"@{EMAIL_HOST}"

    @property
    def phone(self) -> str:
        """A number from the range kept for drama."""
        return f"020 7946 0{int(self.mrn) % 900 + 100}"

    @property
    def nhs_number(self) -> str:
        """Ten digits with a check digit that holds, in the range that is never given out."""
        number = 999_000_000 + int(self.mrn) * 7 % 1_000_000
        while True:
            digits = [int(sign) for sign in str(number)]
            check = 11 - sum(digit * (10 - i) for i, digit in enumerate(digits)) % 11
            if check != 10:
                return f"{number}{check % 11}"
            number += 1


def _plain(name: str) -> str:
    """Return a name in the letters an address may hold; a number stands in for other scripts."""
    folded = unicodedata.normalize("NFKD", name.lower())
    kept = "".join(sign for sign in folded if sign.isascii() and sign.isalpha())
    return kept or f"post{sum(map(ord, name)) % 1000}"


_A, _T, _R, _W, _S = (
    Phase.ACTIVE_TREATMENT,
    Phase.POST_TRANSPLANT,
    Phase.REMISSION,
    Phase.WORK_UP,
    Phase.RELAPSE,
)

# fmt: off
PEOPLE: tuple[Invented, ...] = (
    # The one to open first, and those who fill a first screen.
    Invented("0041882", "Mansour", "Salma", "1968-03-14", "female", _R, 4, due_in=-3, title="Mrs",
             awkward=Awkward.EARLY_RECALL, story=Story.SHOWPIECE,
             flags=("Arabic interpreter", "Travel 2 h 40")),
    Invented("0039417", "Oyelaran", "Tunde", "1975-08-02", "male", _A, 9, due_in=-48, title="Mr",
             contact=Contact.BOUNCED, awkward=Awkward.NOT_ATTENDED_TWICE),
    Invented("0042190", "Kowalczyk", "Jan", "1959-01-23", "male", _T, 0, days=112, due_in=-33,
             title="Mr", visit_in=3),
    Invented("0042655", "Ferreira", "Luísa", "1981-11-30", "female", _A, 3, due_in=0, title="Ms",
             visit_in=0),
    Invented("0037702", "Sato", "Kenji", "1963-06-09", "male", _R, 8, due_in=-26, title="Mr",
             language="ja", awkward=Awkward.PAST_ITS_DAY),
    Invented("0042318", "Mbeki-Jones", "Ruth", "1972-04-17", "female", _A, 5, due_in=-11,
             title="Dr", visit_in=8),
    Invented("0043011", "Dupont", "Marc", "1966-09-05", "male", _W, 0, days=9),
    Invented("0038846", "Haji", "Nasrin", "1970-02-11", "female", _S, 0, days=40, title="Mrs",
             visit_in=7),
    Invented("0042077", "Lindgren", "Elsa", "1957-12-19", "female", _T, 0, days=64, due_in=24,
             visit_in=1),
    Invented("0036930", "Nair", "Priya", "1978-05-26", "female", _R, 7, due_in=8,
             flags=("Travel 3 h 10",)),
    Invented("0040559", "O’Brien", "Declan", "1969-07-08", "male", _A, 7, due_in=-14,
             awkward=Awkward.POSTPONED),
    # Names, languages and addresses that break things.
    Invented("0040112", "Featherstonehaugh-Wolfeschlegelstein", "Maximiliana Konstantina",
             "1984-10-13", "female", _R, 6, due_in=-19, title="Mrs"),
    Invented("0041230", "الرشيد", "ليلى", "1979-02-28", "female", _A, 6, due_in=-12,
             flags=("Arabic interpreter",)),
    Invented("0039950", "D’Angelo-O’Connor", "Siobhán", "1986-06-21", "female", _T, 0, days=210,
             due_in=-9),
    Invented("0040871", "Ibarra Etxeberria", "José María", "1961-03-03", "male", _R, 10, due_in=-8,
             language="es"),
    Invented("0042512", "Achebe", "Ngozi", "1992-01-15", "female", _A, 4, due_in=-10,
             contact=Contact.CARER, flags=("Carer: sister",)),
    Invented("0038215", "Ramírez", "Lucía", "1974-09-29", "female", _A, 8, due_in=14,
             language="es"),
    Invented("0041655", "田中", "陽子", "1965-11-11", "female", _T, 0, days=150, due_in=-15,
             language="ja"),
    # No way to reach by email, or not any more.
    Invented("0037018", "Whitlock", "Edith", "1944-05-04", "female", _R, 9, due_in=-21, title="Mrs",
             contact=Contact.NONE),
    Invented("0040333", "Petrov", "Anton", "1967-08-18", "male", _A, 5, due_in=-17,
             contact=Contact.NONE),
    Invented("0042799", "Castellanos", "Inés", "1988-12-01", "female", _A, 2, language="es",
             contact=Contact.NONE),
    Invented("0039188", "Bergström", "Nils", "1955-10-27", "male", _R, 11, due_in=30,
             contact=Contact.NONE),
    Invented("0043020", "Adeyemi", "Folake", "1990-07-07", "female", _W, 0, days=21,
             contact=Contact.UNASKED),
    Invented("0041407", "Moreau", "Claire", "1973-03-19", "female", _T, 0, days=95, due_in=-16,
             contact=Contact.UNASKED),
    Invented("0038660", "Vasquez", "Héctor", "1960-06-30", "male", _R, 5, due_in=-13, language="es",
             contact=Contact.BOUNCED),
    Invented("0040027", "Sinclair", "Morag", "1971-01-08", "female", _R, 7, due_in=-20,
             contact=Contact.OPTED_OUT),
    Invented("0042944", "Yamamoto", "Hiroshi", "1958-04-22", "male", _A, 3, due_in=12,
             language="ja", contact=Contact.OPTED_OUT),
    # Paused, gone, or decided otherwise.
    Invented("0039501", "Kaplan", "Miriam", "1964-02-02", "female", _A, 10, due_in=-25,
             awkward=Awkward.ON_HOLD),
    Invented("0041099", "Fraser", "Callum", "1976-05-31", "male", _T, 0, days=180, due_in=-40,
             awkward=Awkward.HOLD_TO_REVIEW),
    Invented("0036512", "Novak", "Helena", "1950-09-14", "female", _R, 12, due_in=-60,
             awkward=Awkward.TRANSFERRED),
    Invented("0042233", "Salazar", "Mateo", "1983-08-25", "male", _A, 4, due_in=20, language="es",
             awkward=Awkward.MOVING),
    Invented("0035874", "Greenwood", "Arthur", "1939-11-06", "male", _R, 13, due_in=-70,
             awkward=Awkward.DECEASED),
    Invented("0040766", "Okonkwo", "Chinedu", "1962-12-12", "male", _S, 0, days=55,
             awkward=Awkward.DECEASED),
    Invented("0038991", "Lefèvre", "Odile", "1954-01-20", "female", _R, 9, due_in=-45,
             awkward=Awkward.WITHDRAWN),
    Invented("0036101", "Hughes", "Gwen", "1948-03-27", "female", _R, 14, due_in=-30,
             awkward=Awkward.COMPLETED),
    Invented("0035220", "Marchetti", "Paolo", "1956-07-16", "male", _R, 18, due_in=-400,
             contact=Contact.EMAIL, flags=("Travel 4 h",)),
    Invented("0036644", "Quispe", "Rosa", "1969-10-02", "female", _A, 19, due_in=-420,
             language="es"),
    Invented("0041777", "Ahlberg", "Greta", "1977-02-17", "female", _R, 6, due_in=-15,
             awkward=Awkward.POSTPONED_LONG),
    Invented("0042401", "Mendoza", "Julián", "1980-05-09", "male", _A, 6, due_in=-2, language="es",
             awkward=Awkward.AWAITING,
             story=Story.UNPROTECTED),
    Invented("0040910", "Suzuki", "Emi", "1987-09-18", "female", _T, 0, days=130, due_in=-4,
             language="ja", awkward=Awkward.AWAITING),
    Invented("0041518", "Barrow", "Colin", "1953-04-05", "male", _R, 5, due_in=-10,
             awkward=Awkward.REJECTED),
    Invented("0039733", "Eriksen", "Liv", "1968-06-24", "female", _A, 7, due_in=-18,
             awkward=Awkward.NOT_ATTENDED,
             story=Story.ON_HOLD),
    Invented("0042860", "Papadakis", "Eleni", "1974-12-29", "female", _A, 3, due_in=-6,
             awkward=Awkward.VISIT_UNANSWERED),
    Invented("0041964", "Delgado", "Carmen", "1963-08-31", "female", _A, 8, due_in=35,
             language="es", awkward=Awkward.REQUESTED,
             story=Story.THALIDOMIDE),
    Invented("0037390", "Thorne", "Wilfred", "1946-10-10", "male", _R, 10, due_in=50,
             awkward=Awkward.CEASED),
    # On the way in, and with a question open.
    Invented("0043035", "Mwangi", "Grace", "1985-03-22", "female", _W, 0, days=3),
    Invented("0043027", "Herrera", "Diego", "1971-07-13", "male", _W, 0, days=16, language="es"),
    Invented("0043002", "Kobayashi", "Aiko", "1989-01-31", "female", _W, 0, days=30, language="ja"),
    Invented("0042990", "Fletcher", "Rowan", "1994-06-06", "other", _W, 0, days=38, visit_in=5),
    Invented("0043018", "Banerjee", "Arjun", "1959-09-09", "male", _W, 0, days=24),
    Invented("0038410", "Pryce", "Bronwen", "1966-02-15", "female", _S, 0, days=12, visit_in=2),
    Invented("0039066", "Aguilar", "Tomás", "1957-05-20", "male", _S, 0, days=6, language="es"),
    Invented("0037855", "Lund", "Astrid", "1972-11-24", "female", _S, 0, days=28),
    # On time, most of them: the quiet ones a list must not drown in.
    Invented("0042145", "Chowdhury", "Rafiq", "1979-04-28", "male", _A, 6, visit_in=14,
             story=Story.DELAYED),
    Invented("0042588", "Jansen", "Marieke", "1982-10-19", "female", _A, 3,
             story=Story.STOPPED),
    Invented("0041333", "Watanabe", "Takeshi", "1961-12-08", "male", _T, 0, days=240,
             language="ja"),
    Invented("0042034", "Sokolov", "Irina", "1970-08-12", "female", _T, 0, days=30, visit_in=21),
    Invented("0038123", "Wren", "Beatrice", "1952-02-25", "female", _R, 6,
             awkward=Awkward.ENTERED_IN_ERROR),
    Invented("0039840", "Navarro", "Pilar", "1976-06-01", "female", _R, 9, language="es",
             story=Story.INFLUENZA),
    Invented("0040644", "Campbell", "Ewan", "1965-09-23", "male", _R, 6, visit_in=28,
             when_to_call=True),
)
# fmt: on

# The one whose page shows most of what there is; the demo's banner names it.
SHOWPIECE = next(person for person in PEOPLE if person.story is Story.SHOWPIECE)
