"""The cookies.txt that an operator exports from their own browser (Netscape format)."""

import warnings
from http.cookiejar import CookieJar, LoadError, MozillaCookieJar

from taxonomy.errors import JobAtlasError


def read_cookie_file(path: str) -> CookieJar:
    """The cookies of a file; those that have expired are left out.

    Raises:
        JobAtlasError: the file cannot be read, is no cookies.txt, or holds no cookie that is still valid. The message
            never repeats what is in it.
    """
    jar = MozillaCookieJar()
    try:
        with warnings.catch_warnings():
            # The jar warns of a line that it does not understand, and may quote it.
            warnings.simplefilter("ignore")
            # Session cookies carry no date; they are what a login lives in.
            jar.load(path, ignore_discard=True)
    except OSError as error:
        # LoadError is an OSError whose text quotes the line that it did not understand.
        reason = "it is no cookies.txt in Netscape format" if isinstance(error, LoadError) else error.strerror
        raise JobAtlasError(f"{path}: the cookies cannot be read: {reason}.") from None
    except UnicodeDecodeError:
        raise JobAtlasError(f"{path}: the cookies cannot be read: it is no text in UTF-8.") from None
    if not len(jar):
        raise JobAtlasError(f"{path} holds no cookie that is still valid: export it again from your browser.")
    return jar
