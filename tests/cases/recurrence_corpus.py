"""Spellings of invented people: pairs that are one person, pairs that are two, a whole population.

Surnames and first names are common ones, drawn together at random; nobody is described.
"""

import datetime
import random
from collections.abc import Callable, Iterator

Identity = dict[str, str]
Pair = tuple[Identity, Identity]


def words(text: str) -> list[str]:
    return text.split()


SURNAMES = words("""
Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre
Leroy Roux David Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent
Muller Lefevre Faure Andre Mercier Blanc Guerin Boyer Garnier Chevalier Francois Legrand
Gauthier Garcia Perrin Robin Clement Morin Nicolas Henry Roussel Mathieu Gautier Masson Marchand
Duval Denis Dumont Marie Lemaire Noel Meyer Dufour Meunier Brun Blanchard Giraud Joly Riviere
Lucas Brunet Gaillard Barbier Arnaud Martinez Gerard Roche Renard Schmitt Roy Leroux Colin Vidal
Caron Picard Roger Fabre Aubert Lemoine Renaud Dumas Lacroix Olivier Philippe Bourgeois Pierre
Benoit Rey Leclerc Payet Rolland Leclercq Guillaume Lecomte Lopez Jean Dupuy Guillot Hubert
Berger Carpentier Sanchez Dupuis Moulin Louis Deschamps Huet Vasseur Perez Boucher Fleury Royer
Klein Jacquet Adam Paris Poirier Marty Aubry Guyot Carre Charles Renault Charpentier Menard
Maillard Baron Bertin Bailly Herve Schneider Fernandez Collet Leger Bouvier Julien Prevost
Millet Perrot Daniel Cousin Germain Breton Besson Langlois Remy Pelletier Leveque Perrier
Leblanc Barre Lebrun Marchal Weber Mallet Hamon Boulanger Jacob Monnier Michaud Rodriguez
Guichard Gillet Etienne Grondin Poulain Tessier Chevallier Collin Chauvin Bouchet Gay Lemaitre
Benard Marechal Humbert Reynaud Antoine Hoarau Perret Barthelemy Cordier Pichon Lejeune Gilbert
Lamy Delaunay Pasquier Carlier Laporte Delcroix Delattre Deroo Delannoy Lesage Wallart Dhaene
Desmet Declercq Devos Claeys Verhaeghe Vandamme Vandenbossche Vandeputte Vanhove Lemahieu Lepers
Catteau Desreumaux Flament Hennion Benali Bouzid Amrani Mansouri Haddad Benyahia Cherif Saidi
Belkacem Bensalem Hamdi Khelifi Mebarki Ziani Boukhari Meziane Slimani Ouali Ferhat Diallo
Traore Coulibaly Ndiaye Konate Keita Camara Nguyen Tran Pereira Ferreira Santos Kowalski Nowak
Wisniewski Petrov Yilmaz Demir
""")
FIRST_NAMES = words("""
Jean Marie Pierre Michel Nathalie Isabelle Philippe Catherine Alain Sylvie Patrick Christine
Nicolas Monique Christophe Sophie Daniel Francoise Laurent Celine Bernard Valerie Eric Julie
Thomas Aurelie Julien Stephanie Sebastien Sandrine David Laurence Stephane Virginie Olivier
Veronique Frederic Anne Thierry Martine Pascal Emilie Dominique Jacqueline Alexandre Camille
Gerard Brigitte Didier Annie Jacques Laura Guillaume Helene Christian Marine Vincent Karine
Anthony Pauline Maxime Corinne Andre Manon Claude Lea Antoine Chantal Romain Claire Serge Jeanne
Mathieu Denise Bruno Nicole Franck Melanie Kevin Sarah Hugo Chloe Lucas Emma Louis Ines Theo
Jade Nathan Louise Mohamed Fatima Karim Nadia Ahmed Samira Rachid Malika Youssef Khadija Said
Aicha Ali Yasmina Omar Leila Hassan Naima Abdelkader Zohra Brahim Halima Mustapha Farida Ibrahim
Aminata Mamadou Awa Joao Maria Piotr Agnieszka Minh Linh Mehmet Ayse
""")
STREETS = """rue Solférino|rue Nationale|boulevard de la Liberté|rue du Faubourg de Roubaix
rue Colbert|avenue du Peuple Belge|rue Gambetta|rue Pierre Legrand|rue de Cambrai|place Vanhoenacker
rue du Général de Gaulle|rue Roger Salengro|avenue Foch|rue des Postes|rue d’Arras|rue de Douai
rue Racine|boulevard Vauban|rue Meurein|rue de Wazemmes|allée des Lilas|rue Jules Guesde
rue Corneille|rue Léon Gambetta|rue de Londres|quai du Wault|rue Royale|rue de la Barre
rue Esquermoise|rue de Paris|rue du Molinel|rue de Tournai|avenue Kennedy|rue Saint-Sauveur
rue Javary|rue du Long Pot|rue de Fives|rue du Buisson|rue Chaptal|rue de Lannoy""".replace(
    "\n", "|"
).split("|")

# last name, first name / last name, first name: one person, twice.
SPELLINGS = """Dupont Jean / Dupond Jean
Lefebvre Anne / Lefèvre Anne
Lefebvre Anne / Lefébure Anne
Delcroix Paul / Delecroix Paul
Delcroix Paul / De la Croix Paul
Van den Bossche Luc / Vandenbossche Luc
Van den Bossche Luc / Van Den Bosche Luc
Vandenbossche Luc / Vanden Bossche Luc
Vandeputte Rita / Van de Putte Rita
Van Hove Marc / Vanhove Marc
De Smet Hilde / Desmet Hilde
De Clercq Jan / Declerck Jan
D’Haene Guy / Dhaene Guy
De Vos Carine / Devos Karine
Benali Mohamed / Ben Ali Mohammed
Benali Mohamed / Benali Mohammad
Benali Mohamed / Ben Ali Muhammad
Benali Mohamed / Benaly Mouhamed
El Amrani Fatima / Elamrani Fatima
El Amrani Fatima / Amrani Fatima
El Amrani Fatima / Al Amrani Fatma
El Amrani Fatima / El-Amrani Fatimah
El Mansouri Youssef / Elmansouri Yousef
El Mansouri Youssef / Al-Mansouri Yusuf
El Haddad Rachid / Haddad Rachide
Khelifi Khadija / Khelifi Khadidja
Khelifi Khadija / Kelifi Kadija
Boukhari Abdelkader / Boukhari Abd el Kader
Boukhari Abdelkader / Bukhari Abdelkadir
Ait Ouali Saïd / Aït-Ouali Said
Ouali Wahiba / Ouali Ouahiba
Djaballah Djamel / Jaballah Jamel
Cherif Aïcha / Chérif Aicha
Cherif Aïcha / Sherif Aïsha
Meziane Zohra / Méziane Zohra
Bensalem Moustafa / Ben Salem Mustapha
Diallo Mamadou / Dialo Mamadou
N’Diaye Aminata / Ndiaye Aminata
Traoré Ibrahim / Traore Ibrahima
Durand Jean-Pierre / Durand J.-P.
Durand Jean-Pierre / Durand Jean Pierre
Durand Jean-Pierre / Durand Jean
Durand Jean-Pierre / Durand Jeanpierre
Durand Jean-Pierre / Durand Pierre
Martin Marie-Claude / Martin Marie Claude
Martin Marie-Claude / Martin M.-C.
Martin Marie-Claude / Martin Claude
Durand-Martin Sophie / Durand Sophie
Durand-Martin Sophie / Martin Sophie
Durand-Martin Sophie / Martin-Durand Sophie
Durand-Martin Sophie / Durand Martin Sophie
Durand née Petit Claire / Petit Claire
Durand née Petit Claire / Durand Claire
Durand née Petit Claire / Petit épouse Durand Claire
Roux (Faure) Hélène / Faure Helene
Roux ép. Faure Hélène / Roux Hélène
Garcia Lopez Ana / Garcia-Lopez Ana
Garcia Lopez Ana / Lopez Ana
Thibault Gérard / Thibaut Gerard
Thibault Gérard / Thibaud Gérard
Schmitt Éric / Schmidt Eric
Schmitt Éric / Schmit Érick
Müller Françoise / Muller Francoise
Müller Françoise / Mueller Françoise
Meyer Stéphane / Mayer Stephane
Meyer Stéphane / Meier Stéphane
Gauthier Philippe / Gautier Philipe
Gauthier Philippe / Gotier Philippe
Rousseau Cécile / Rousso Cécile
Leclercq Mathieu / Leclerc Matthieu
Leclercq Mathieu / Le Clercq Mathieu
Leclercq Mathieu / Leclerck Mathieu
Le Roux Yann / Leroux Yann
Le Goff Yannick / Legoff Yanick
Henry Christelle / Henri Kristelle
Denis Sylvie / Denys Silvie
Perrin Nathalie / Perin Natalie
Bonnet Annick / Bonet Anick
Collet Thierry / Colet Thiéry
Barthélémy Loïc / Barthelemi Loic
François Michèle / Francois Michelle
Chevallier Cédric / Chevalier Cedrick
Renaud Joël / Renault Joel
Guérin Aurélie / Guerrin Aurelie
Caron Karine / Carron Carine
Wisniewski Piotr / Wisnievski Piotr
Kowalski Agnieszka / Kovalski Agnieszka
Nguyen Minh / NGUYEN MINH
Pereira João / Pereira Joao
Da Silva Maria / Dasilva Maria
Dos Santos Maria / Santos Maria
Yılmaz Ayşe / Yilmaz Ayse
Mc Gregor Ian / McGregor Ian
Saint-Martin Luce / St Martin Luce
De La Fontaine Rose / Delafontaine Rose
Du Bois Henri / Dubois Henri
Jean Pierre / Pierre Jean
Marie Rose / Rose Marie
Dubois Camille / Camille Dubois
Madame Dubois Camille / Dubois Camille
Petit Éléonore / Petit Eleonore
Œuvrard Zoé / Oeuvrard Zoe"""


def people(seed: int, count: int) -> list[Identity]:
    """A population: households under one roof and name, in which nobody is twice."""
    chance = random.Random(seed)
    found: list[Identity] = []
    while len(found) < count:
        surname = _drawn(chance, SURNAMES)
        address = f"{chance.randint(1, 180)} {chance.choice(STREETS)}, 59000 Lille"
        born: set[tuple[str, str]] = set()
        for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4, 5))):
            first, birth = _drawn(chance, FIRST_NAMES), _birth(chance)
            if chance.random() < 0.1:
                first = f"{first}-{_drawn(chance, FIRST_NAMES)}"
            if born and chance.random() < 0.02:
                birth = next(iter(born))[1]  # a twin
            # No family gives two of its members one first name.
            if not set(first.split("-")) & {part for name, _ in born for part in name.split("-")}:
                born.add((first, birth))
        found += [
            {"last_name": surname, "first_name": first, "birth_date": birth, "address": address}
            for first, birth in sorted(born)
        ]
    return found[:count]


def one_person() -> Iterator[Pair]:
    """Two spellings of one person: those of SPELLINGS, then one slip or two of each kind."""
    chance = random.Random(1)
    for line in SPELLINGS.splitlines():
        known = {"birth_date": _birth(chance), "address": _address(chance)}
        one, other = ({**_named(name), **known} for name in line.split(" / "))
        yield one, other
        yield without_birth_date(one, chance), other
    for person in people(2, 420):
        slips = chance.sample(SLIPS, chance.choice((1, 1, 1, 2)))
        changed = person
        for slip in slips:
            changed = slip(changed, chance)
        yield person, changed


def two_people() -> Iterator[Pair]:
    """Two persons who share what may be shared: a name, a roof, a birthday, parts of a name."""
    chance = random.Random(3)
    for person in people(4, 420):
        for change in chance.sample(OTHERS, 1):
            yield person, change(person, chance)


# --- slips: the same person ---------------------------------------------------------------------


def doubled_letter(person: Identity, chance: random.Random) -> Identity:
    return _respelt(person, chance, lambda name, at: name[:at] + name[at] + name[at:])


def letter_left_out(person: Identity, chance: random.Random) -> Identity:
    return _respelt(person, chance, lambda name, at: name[:at] + name[at + 1 :])


def letters_swapped(person: Identity, chance: random.Random) -> Identity:
    return _respelt(
        person, chance, lambda name, at: name[:at] + name[at : at + 2][::-1] + name[at + 2 :]
    )


def wrong_letter(person: Identity, chance: random.Random) -> Identity:
    wrong = chance.choice("abcdefghijklmnopqrstuvwxyz")
    return _respelt(person, chance, lambda name, at: name[:at] + wrong + name[at + 1 :])


def names_swapped(person: Identity, chance: random.Random) -> Identity:
    return {**person, "last_name": person["first_name"], "first_name": person["last_name"]}


def all_in_one_field(person: Identity, chance: random.Random) -> Identity:
    return {
        **person,
        "last_name": f"{person['last_name']} {person['first_name']}",
        "first_name": "",
    }


def capitals(person: Identity, chance: random.Random) -> Identity:
    return {**person, "last_name": person["last_name"].upper()}


def initial(person: Identity, chance: random.Random) -> Identity:
    return {**person, "first_name": f"{person['first_name'][0]}."}


def second_surname(person: Identity, chance: random.Random) -> Identity:
    joint = chance.choice((" née ", "-", " ", " épouse "))
    return {**person, "last_name": f"{person['last_name']}{joint}{chance.choice(SURNAMES)}"}


def second_first_name(person: Identity, chance: random.Random) -> Identity:
    joint = chance.choice(("-", " ", ", "))
    return {**person, "first_name": f"{person['first_name']}{joint}{chance.choice(FIRST_NAMES)}"}


def day_and_month_swapped(person: Identity, chance: random.Random) -> Identity:
    if not person["birth_date"]:
        return person
    year, month, day = person["birth_date"].split("-")
    return {**person, "birth_date": f"{year}-{day}-{month}"} if int(day) <= 12 else person


def wrong_year(person: Identity, chance: random.Random) -> Identity:
    year, _, rest = person["birth_date"].partition("-")
    if not year:
        return person
    return {**person, "birth_date": f"{int(year) + chance.choice((-10, -1, 1, 2, 10))}-{rest}"}


def wrong_day(person: Identity, chance: random.Random) -> Identity:
    month, _, _ = person["birth_date"].rpartition("-")
    return {**person, "birth_date": month and f"{month}-{chance.randint(1, 28):02d}"}


def without_birth_date(person: Identity, chance: random.Random) -> Identity:
    written = person["address"].replace("rue ", "r. ").replace("avenue", "av").replace(",", "")
    return {**person, "birth_date": "", "address": chance.choice(("Apt 3, ", "")) + written}


def moved_house(person: Identity, chance: random.Random) -> Identity:
    return {**person, "address": _address(chance)}


SLIPS: tuple[Callable[[Identity, random.Random], Identity], ...] = (
    doubled_letter, letter_left_out, letters_swapped, wrong_letter, names_swapped,
    all_in_one_field, capitals, initial, second_surname, second_first_name, day_and_month_swapped,
    wrong_year, wrong_day, without_birth_date, moved_house,
)  # fmt: skip


# --- others: somebody else ----------------------------------------------------------------------


def namesake(person: Identity, chance: random.Random) -> Identity:
    return {**person, "birth_date": _birth(chance), "address": _address(chance)}


def namesake_without_birth_date(person: Identity, chance: random.Random) -> Identity:
    return {**person, "birth_date": "", "address": _address(chance)}


def same_roof(person: Identity, chance: random.Random) -> Identity:
    first = _other_first_name(person, chance)
    return {**person, "first_name": first, "birth_date": _birth(chance)}


def same_roof_without_birth_date(person: Identity, chance: random.Random) -> Identity:
    return {**person, "first_name": _other_first_name(person, chance), "birth_date": ""}


def twin(person: Identity, chance: random.Random) -> Identity:
    return {**person, "first_name": _other_first_name(person, chance)}


def same_birthday(person: Identity, chance: random.Random) -> Identity:
    surname = chance.choice([name for name in SURNAMES if name != person["last_name"]])
    return {**person, "last_name": surname, "address": _address(chance)}


def neighbour(person: Identity, chance: random.Random) -> Identity:
    return {**person, **_stranger(chance), "address": person["address"]}


def cousin(person: Identity, chance: random.Random) -> Identity:
    return {**_stranger(chance), "last_name": person["last_name"]}


OTHERS = (
    namesake, namesake_without_birth_date, same_roof, same_roof_without_birth_date, twin,
    same_birthday, neighbour, cousin,
)  # fmt: skip


# --- drawing ------------------------------------------------------------------------------------


def _drawn(chance: random.Random, names: list[str]) -> str:
    """The first names of a list are the most frequent ones."""
    return names[min(int(chance.expovariate(4 / len(names))), len(names) - 1)]


def _birth(chance: random.Random) -> str:
    year = chance.randint(1930, 2008)
    if chance.random() < 0.02:
        return f"{year}-01-01"  # not known exactly
    day = datetime.date(year, 1, 1) + datetime.timedelta(days=chance.randrange(365))
    return day.isoformat()


def _address(chance: random.Random) -> str:
    return f"{chance.randint(1, 180)} {chance.choice(STREETS)}, 59000 Lille"


def _stranger(chance: random.Random) -> Identity:
    return {
        "last_name": _drawn(chance, SURNAMES),
        "first_name": _drawn(chance, FIRST_NAMES),
        "birth_date": _birth(chance),
        "address": _address(chance),
    }


def _other_first_name(person: Identity, chance: random.Random) -> str:
    return chance.choice([name for name in FIRST_NAMES if name != person["first_name"]])


def _named(name: str) -> Identity:
    last, _, first = name.rpartition(" ")
    return {"last_name": last, "first_name": first}


def _respelt(
    person: Identity, chance: random.Random, change: Callable[[str, int], str]
) -> Identity:
    field = chance.choice([f for f in ("last_name", "first_name") if len(person[f]) > 2])
    name = person[field]
    return {**person, field: change(name, chance.randrange(1, max(2, len(name) - 1)))}
