"""English word lists: what cannot be part of a term, and what verbs look like."""

from typing import Final

from tutorium.app.reading.analysis.words.wordlists import word_set, word_tuple

DETERMINERS: Final = word_set(
    """
    a an the this that these those each every all both some any no such another its their his her our my your
    """
)

PRONOUNS: Final = word_set(
    """
    i you he she it we they me him us them himself herself itself ourselves themselves yourself myself oneself one ones
    who whom whose which what whoever whatever something anything nothing everything someone anyone nobody everyone
    everybody somebody mine yours hers ours theirs others another
    """
)

PREPOSITIONS: Final = word_set(
    """
    of in on at by for with about against between into through during before after above below to from up down over
    under within without along across behind beyond near toward towards upon via per among amongst amid around beside
    besides despite except inside outside off onto out past since than throughout till until unlike versus like as
    """
)

CONJUNCTIONS: Final = word_set(
    """
    and or but nor so yet if while whereas because although though unless whether when where why how once that then else
    either neither
    """
)

AUXILIARIES: Final = word_set(
    """
    is are was were be been being am has have had having do does did doing done can could may might must shall should
    will would cannot ought need let lets isn't aren't wasn't weren't doesn't don't didn't can't couldn't won't wouldn't
    shouldn't hasn't haven't hadn't it's that's there's let's we're they're you're i'm we'll you'll i've we've
    """
)

ADVERBS: Final = word_set(
    """
    not also only very too quite rather just even still already always never often sometimes usually generally again
    ever here there now then today soon later earlier ago almost nearly about roughly well far much more most less least
    further together apart however therefore thus hence moreover furthermore otherwise instead indeed perhaps maybe
    hardly rarely seldom mostly partly mainly especially particularly simply actually really currently recently
    originally finally firstly secondly away back forth meanwhile nevertheless nonetheless likewise similarly
    consequently accordingly afterwards afterward elsewhere everywhere somewhere anywhere twice thrice enough once
    altogether anyway first last next else etc whenever wherever henceforth thereby therein namely yes
    """
)

# Adjectives that narrow nothing: a run that begins with one begins after it.
EMPTY_ADJECTIVES: Final = word_set(
    """
    other many several few various different same similar certain particular possible necessary important main major
    minor whole entire full own new old good better best bad worse worst great greater greatest large larger largest
    small smaller smallest big bigger biggest little long longer longest short shorter shortest high higher highest low
    lower lowest early late next previous following above-mentioned so-called actual real true false simple simplest
    common usual typical general specific special useful available able easy easier hard difficult clear obvious modern
    recent current present given known unknown likely unlikely interesting single only very one two three four five six
    seven eight nine ten eleven twelve dozen hundred thousand million billion first second third fourth fifth sixth last
    final enough most more less least much further additional extra complete basic overall widespread mere sheer famous
    well-known popular nice fine right wrong sure due such everyday
    """
)

# Nouns that say nothing alone.
EMPTY_NOUNS: Final = word_set(
    """
    example examples case cases way ways result results thing things kind kinds sort sorts type types form forms part
    parts number numbers lot lots amount amounts fact facts reason reasons idea ideas point points place places time
    times day days week weeks month months year years hour hours minute minutes moment moments end ends beginning start
    side sides set sets bit piece pieces person people man men woman women someone world life work works name names term
    terms word words sentence question questions answer answers problem problems matter purpose purposes use uses effect
    effects difference differences order change changes group groups member members area areas level levels kind rest
    half quarter majority variety range series list lists section sections chapter chapters figure figures table tables
    page pages book books text texts note notes step steps look attempt help need needs chance sense state process
    method approach situation condition conditions line lines top bottom middle front back left right century centuries
    decade decades age hand hands head eye eyes course addition contrast turn comparison practice general particular
    particular example's following instance detail details information description definition value values property
    properties feature features aspect aspects element elements item items object objects subject subjects possibility
    ability basis means size length position direction total sum average version versions collection choice option
    options manner task tasks advantage advantages disadvantage disadvantages importance role roles
    """
)

EVALUATIVE: Final = word_set(
    """
    good better best bad worse worst convenient useful important interesting easy easier simple simpler simplest common
    commonest famous popular typical classic obvious likely possible fundamental major key main crucial essential
    necessary nice great well-known notable different similar easiest difficult hard big bigger biggest great greater
    larger smaller older newer younger alternative surprising remarkable powerful valuable significant striking curious
    helpful
    """
)

VERBS: Final = word_tuple(
    """
    absorb accept accompany achieve act add adopt affect allow appear apply appoint approach argue arise arrive ask
    assume attach attack attract avoid base become begin believe belong bind borrow break bring build burn buy calculate
    call capture carry catch choose claim climb close collapse collect combine come compare complete compose compute
    conclude conduct confirm connect conquer consider consist constitute construct consume contain continue contribute
    control convert convince cool cover create cross cut decay decide declare decline define deliver demand deny depend
    derive describe destroy detect determine develop die differ digest discover discuss disappear dissolve distinguish
    divide dominate draw drive drop earn eat emerge emit employ enable encourage enter establish evolve examine exceed
    exchange exclude exist expand expect experience explain explore export express extend extract fail fall feed feel
    fight fill find fix flow follow force form found function gain generate get give go grow guide handle happen help
    hold identify illustrate imagine imply import improve include increase indicate induce influence inhabit inherit
    insert install introduce invade invent invest involve join keep kill know lack land last launch lay lead learn leave
    lend let lie like limit live locate look lose lower maintain make manage mark mean measure meet melt mention mix
    modify move multiply need notice observe obtain occupy occur offer open operate oppose organise organize orbit
    originate own oxidise oxidize pass pay perform permit place play possess prefer prepare present prevent proceed
    produce promote protect prove provide publish pull pump push put raise reach react read receive recognise recognize
    record reduce refer reflect regulate reject relate release rely remain remember remove repeat replace represent
    require resemble resist respond rest result retain return reveal rise rotate rule run say see seek seem select sell
    send separate serve set settle share shift show shrink sign sink slow solve speak specify speed spend split spread
    stand start stay stimulate stop store stretch strengthen strike study suffer suggest supply support suppose surround
    survive take talk teach tell tend think throw tie trade transfer transform transmit transport trap travel treat try
    turn undergo understand unite use vary visit vote wait walk want warm wash watch weaken wear weigh win wish work
    write yield boil freeze evaporate condense rinse stir knead pour heat bake press click type choose select enter
    check ensure verify repeat place wait attach insert remove open close
    """
)

# Base and -s forms that are nouns as often as verbs: they never break a term by themselves.
ALSO_NOUNS: Final = word_set(
    """
    act attack approach ask base break build burn call capture catch claim climb close collapse control cool cover cross
    cut decay decline demand die drive drop exchange experience export extract express fall feed feel fight fill fix
    flow force form found function gain guide help hold import increase influence insert join lack land last launch lay
    lead learn limit lie like live look lower mark mean measure move need notice offer open orbit own pass pay permit
    place play present produce pull pump push raise reach read record reflect release rest result return rise rule run
    say set share shift show sign sink slow speed spread stand start state stay stop store stretch strike study supply
    support take talk tie trade transfer transport trap travel treat try turn use view visit vote wait walk want wash
    watch wear win wish work yield heat press type check place time double split melt warm mix group open bind separate
    complete boil freeze cycle signal process project program account balance trigger charge switch process lead
    experience draw bake pour enter select stir contract address
    """
)

IRREGULAR_PASTS: Final = word_tuple(
    """
    became began bound bore broke brought built bought caught chose came cut drew drove ate fell fed felt fought found
    flew froze got gave went grew held kept knew laid led left lent let lost made meant met paid put ran read rose said
    saw sent set shone showed shrank sold sought spent split spread stood stuck struck swept taught took told thought
    threw understood won wore wrote lay sank sang spoke sprang stole swam swore tore withdrew overcame overthrew beat
    bent bred built dealt dug forbade forgot forgave hid hung sat shot shut slept slid spun swung underwent upheld
    """
)

IRREGULAR_PARTICIPLES: Final = word_tuple(
    """
    become begun born borne broken chosen come drawn driven eaten fallen flown frozen given gone grown known lain risen
    seen shown shrunk spoken stolen sworn taken thrown torn undergone worn written overthrown overcome forbidden
    forgotten hidden bound
    """
)

# The finite verbs that state how two things are related, with the type of what they state.
RELATION_VERBS: Final[dict[str, tuple[str, ...]]] = {
    "causes": word_tuple(
        """
    cause produce create generate trigger increase reduce decrease raise lower strengthen weaken stimulate inhibit
    prevent slow speed induce release yield destroy enable heat cool accelerate convert activate block limit drive power
    """
    ),
    "part-of": ("contain", "include", "comprise", "hold", "form", "constitute", "compose"),
    "depends-on": ("require", "need", "use", "consume", "depend", "rely"),
    "follows": ("follow", "precede", "replace", "become", "succeed"),
    "used-for": (
        "measure",
        "control",
        "regulate",
        "support",
        "protect",
        "serve",
        "store",
        "transport",
        "carry",
        "deliver",
        "transmit",
        "provide",
    ),
    "located": ("surround", "cover", "orbit", "occupy", "lie", "border", "connect", "link"),
    "other": word_tuple(
        """
    absorb emit attract repel trap bind attack feed govern rule affect influence describe represent determine define
    reflect explain transform change turn break dissolve digest enter leave reach cross pass join separate divide supply
    pay invade conquer
    """
    ),
}

STEP_VERBS: Final = word_set(
    """
    add adjust allow apply arrange assemble attach bake beat bring boil break build calculate check choose clean clear
    click close collect combine compare compute configure connect cool copy cover create cut decide define delete dip
    disconnect dissolve divide drag drain draw drop dry edit empty enable enter estimate examine execute factor fill
    filter find finish fit fix flip fold form freeze gather give go grease grind hang heat hold identify insert inspect
    install keep knead label launch lay leave let lift list load locate log loosen lower make mark measure melt mix
    mount move multiply name navigate note open pick place plan plant plug pour prepare press proof pull push put raise
    read record release remove repeat replace reset restart rinse roll rotate round rub run save score screw scroll seal
    select send separate set shake shape sift sign simplify skip slice slide soak solve sort spread sprinkle squeeze
    stand start steep stir stop store strain stretch subtract substitute swap switch take tap tear test thread tie
    tighten tilt transfer transplant trim turn twist type undo unplug unscrew use wait warm wash water weigh wipe wrap
    write
    """
)


def _third_person(verb: str) -> str:
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"


_DOUBLED: Final = word_set(
    """
    begin cut drop get let put run set split stop trap win fit plan occur refer transfer emit permit control transmit
    prefer tap compel repel
    """
)


def _stem_for_suffix(verb: str) -> str:
    if verb in _DOUBLED:
        return verb + verb[-1]
    if verb.endswith("e") and not verb.endswith(("ee", "ye", "oe")):
        return verb[:-1]
    return verb


def past(verb: str) -> str:
    """Return the regular past of `verb`."""
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ied"
    return _stem_for_suffix(verb) + "ed"


def present(verb: str) -> str:
    """Return the third person singular of `verb`."""
    return _third_person(verb)


def _present_participle(verb: str) -> str:
    return verb[:-2] + "ying" if verb.endswith("ie") else _stem_for_suffix(verb) + "ing"


def breaking_forms() -> frozenset[str]:
    """Return the verb forms that cannot stand inside a term; participles in -ed and -ing can ("moving average")."""
    forms = {form for verb in VERBS if verb not in ALSO_NOUNS for form in (verb, _third_person(verb))}
    forms.update(
        {*IRREGULAR_PASTS, *IRREGULAR_PARTICIPLES} - {"found", "left", "read", "set", "spread", "split", "cut", "bound", "saw"}
    )
    return frozenset(forms)


def verb_forms() -> frozenset[str]:
    """Return every form of every verb of the list, for seeing whether a clause has one."""
    forms = set(IRREGULAR_PASTS) | set(IRREGULAR_PARTICIPLES)
    for verb in VERBS:
        forms.update((verb, _third_person(verb), past(verb), _present_participle(verb)))
    return frozenset(forms)


def third_person_forms() -> frozenset[str]:
    """Return the forms of "she takes": between two words of a run, such a form is its verb."""
    return frozenset(_third_person(verb) for verb in VERBS)


def past_forms() -> frozenset[str]:
    """Return the past forms, regular and not."""
    return frozenset({*(past(verb) for verb in VERBS), *IRREGULAR_PASTS, "was", "were", "had", "did"})
