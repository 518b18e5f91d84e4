"""Short forms whose full stop does not end a sentence, for each language the splitter knows.

Three kinds: TITLES stand before a name or number and never end a sentence; REFERENCES do so only before a number or a capital
letter that names something ("Fig. 3", "Nr. 5"); ENDINGS may well close a sentence ("etc.", "p.m.") and then only a word that
usually opens one tells. All are in lower case, without the last full stop.
"""

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SHARED_TITLES: Final = _words("""
    dr prof st mr mrs ms mme mlle m. sr sra jr hr fr gen col capt lt sgt rev hon vs cf e.g i.e ca approx
""")

TITLES: Final[dict[str, frozenset[str]]] = {
    "en": _SHARED_TITLES
    | _words("""
        messrs gov sen rep pres supt maj cmdr mt ft viz eg ie al incl esp resp
    """),
    "de": _SHARED_TITLES
    | _words("""
        z.b d.h u.a bzw vgl sog evtl ggf usw. dipl ing geb gest inkl insb jh jhd max min mio mrd nr o.ä s.o s.u tel
        ung v.a z.t zzgl abb kap bd hrsg art abs str u.u i.d.r i.a o.g m.e z.zt v.chr n.chr
    """),
    "fr": _SHARED_TITLES
    | _words("""
        mm mlles mgr ste env éd chap p.ex c.-à-d av apr j.-c tél vol fig
    """),
    "es": _SHARED_TITLES
    | _words("""
        sres sras srta d dña ud uds vd p.ej ej aprox av avda pág págs núm tel vol fig art cap ee.uu
    """),
    "it": _SHARED_TITLES
    | _words("""
        sig sig.ra sigg dott ing avv on ecc. es p.es pag pagg cap vol fig art tel n
    """),
    "pt": _SHARED_TITLES
    | _words("""
        sr sra dra exmo profa p.ex pág págs núm vol fig art cap av
    """),
    "nl": _SHARED_TITLES
    | _words("""
        dhr mevr ir drs mw bijv bv nl d.w.z o.a t.o.v i.p.v blz nr art max min enz. resp
    """),
}

REFERENCES: Final = _words("""
    no nos nr fig figs p pp pg vol vols ch chap sec sect eq eqs art arts par para app ed eds tab abb bd kap jan feb
    mar apr jun jul aug sep sept oct nov dec
""")

ENDINGS: Final = _words("""
    etc usw enz ecc inc ltd co corp bros a.m p.m u.s u.k u.n e.u b.c a.d d.c b.c.e c.e ph.d m.d b.a m.a jr sr al
""")

OPENERS: Final[dict[str, frozenset[str]]] = {
    "en": _words("""
        the a an this that these those it its he she they we you i there here in on at by for from with when while if
        as after before since although however but and or so then thus to what why how who where which most many some
        all each every no not one two both other another such during unlike like because
    """),
    "de": _words("""
        der die das ein eine es er sie wir ich man dies diese dieser dieses in im am auf mit bei nach von zu wenn als
        weil da doch aber und so dann hier dort auch was wie wer warum
    """),
    "fr": _words("""
        le la les l un une des il elle ils elles on nous vous je ce cet cette ces en dans sur avec pour par si mais et
        donc alors quand comme que qui à au aux
    """),
    "es": _words("""
        el la los las un una es en con para por si pero y cuando como que quien este esta estos estas se su sus al del
        no
    """),
    "it": _words("""
        il lo la i gli le l un uno una in con per da se ma e quando come che chi questo questa questi queste si non
    """),
    "pt": _words("""
        o a os as um uma em no na com para por se mas e quando como que quem este esta estes estas não
    """),
    "nl": _words("""
        de het een in op met voor van als maar en dan hij zij wij ik je dit dat deze die er wat hoe wie waarom
    """),
}
