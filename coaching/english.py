"""English: numbers and lists in words, and whether a text is in another language."""

import re
from collections.abc import Sequence
from unicodedata import name

NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number_word(count: int) -> str:
    """Return a number in words, such as "three"."""
    return NUMBER_WORDS[count] if count < len(NUMBER_WORDS) else str(count)


def part_word(count: int) -> str:
    """Return a part of a number in words, such as "none" of three."""
    return number_word(count) if count else "none"


def joined(names: Sequence[str]) -> str:
    """Return names in a row, such as "security, testing, and monitoring"."""
    *most, last = names
    if len(most) > 1:
        return f"{', '.join(most)}, and {last}"
    return " and ".join(names)


_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = """
a about am an and are at be by can do for from have how i in is it me my no not of on or so that the
this to was we what when where who why will with you your
"""
_OTHERS = """
el los las una unas unos del que qué es está estoy como cómo por para pero muy más hola gracias buenos
buenas días ayuda quiero puedes puedo mensajes dejar deja cuál cuándo dónde quién olá oi obrigado
obrigada você não meu minha uma quero ajuda mensagens ciao grazie buongiorno sono cosa perché voglio
puoi aiuto messaggi il lo gli della che è

le les des une du suis je vous nous bonjour salut merci pas avec dans mais quoi pourquoi arrêter arrête
aide puis peux peut veux quel quelle ça

der das dem ein eine einen ich sie wir ihr ist sind nicht und oder mit auf für wie wann warum bitte danke
hallo guten mein meine kannst kann hilfe aufhören nachrichten

het een ik jij niet voor hoe wat waarom dank bedankt graag zijn stoppen

och jag är inte det att tack hej hur vad på og jeg ikke hvad hva takk tak kiitos moi mitä

nie jest czy jak dzień dobry cześć dziękuję proszę děkuji ahoj prosím merhaba teşekkürler bir nasıl için
terima kasih apa saya tidak yang
"""
"""Frequent words of Spanish, Portuguese and Italian; French; German; Dutch; the northern and other languages.

Words that are English too, such as "comment" and "van", are left out.
"""

ENGLISH = frozenset(_ENGLISH.split())
OTHERS = frozenset(_OTHERS.split())


def is_foreign(text: str) -> bool:
    """Return whether most letters are of another script, or more words are of others than of English."""
    letters = [letter for letter in text if letter.isalpha()]
    if 2 * sum(_is_latin(letter) for letter in letters) < len(letters):
        return True
    words = [word.casefold() for word in _WORD.findall(text)]
    others = sum(word in OTHERS for word in words)
    return others > sum(word in ENGLISH for word in words)


def _is_latin(letter: str) -> bool:
    return letter.isascii() or name(letter, "").startswith("LATIN")
