# SPDX-License-Identifier: GPL-3.0-or-later
"""The small words that steer the reading: degrees, sides, negation, succession, and those without meaning here."""

from __future__ import annotations

from typing import Final

from .words import words_of

DEGREES: Final[dict[float, str]] = {
    0.15: """
        tiniest bit, slightest bit, tiniest, slightest, smallest, faintest, merest, teeniest, teeny, teensy,
        almost nothing of, not much of, next to no, a grain of, a drop of, an ounce of, an iota of, a pinch of,
        barely, scarcely, barely perceptibly, almost imperceptibly, imperceptibly, hardly, ever so slightly, just
        barely, minimally, very slightly, tiny, minuscule, a whisper of,
        almost invisibly, hardly noticeable, barely noticeable, barely visible, a tiny bit, microscopic
    """,
    0.25: """
        a trifle, trifle, a crack, an inch, a fraction, a hair, a sliver, a notch, a tick, a slit, a millimeter, a
        shave, a glint of, a flash of, a spark of, an air of, a note of, a twinge of, a suspicion of, an inkling
        of, a smidge, a soupcon of, a touch, a hint of, a trace of, a tad, a shade, a smidgen, a whiff of, a
        flicker of, a glimmer of, a touch of, a tinge of, tinged with, a suggestion of, faintly, faint, subtly,
        subtle, a dash of, a ghost of, with a hint of, a wee bit, just a little, just a bit, a shadow of, vaguely
    """,
    0.3: """
        minor, low, small amount of, not much, half-heartedly, half-hearted, a pang of, veiled, a veneer of,
        timidly, hesitantly, lazily, casually, gingerly, limply, discreetly, discreet, carefully, mellow,
        slightly, mildly, marginally, lightly, a little, a bit, a little bit, slight, mild, light, softly, gently,
        gentle, weakly, weak, little, a bit of, a little more, a bit more, delicately, delicate, loosely, not too,
        not overly, not very, not that, not so, not particularly, not extremely, not especially, not terribly, not
        exactly, not really, not quite, not entirely, not completely, not fully, less, to a small extent, modest
        amount of, some slight, tentatively, tentative, a fraction, feebly, feeble
    """,
    0.4: """
        in moderation, somewhat, kind of, sort of, kinda, sorta, partly, partially, partway, a mild, some, half,
        halfway, half-way, in part, suppressed, restrainedly, stifled, hiding, masking, concealing, covering up,
        holding back, fighting back, suppressing, trying to hide, trying not to show, underlying, hidden, behind,
        in a restrained way, moderately low, more or less, rather less, semi
    """,
    0.55: """
        fairly, moderately, reasonably, moderate, medium, average, mid, tolerably, adequately, normally, to some
        extent, to a degree, a fair amount of, a fair bit, fair, halfway decent
    """,
    0.6: """
        a wave of, a clear, sizable, decent, decently, quite, barely suppressed, barely contained, barely
        concealed, barely hidden, barely controlled, thinly veiled, ill-concealed, poorly hidden, pretty, rather,
        clearly, noticeably, visibly, distinctly, noticeable, clear, obvious, obviously, evident, evidently,
        unmistakably, unmistakable, definite, definitely, considerable amount of, more, a good deal of, decidedly,
        relatively, quite a bit of, really quite, openly, open
    """,
    0.85: """
        severe, severely hard, harshly, major, hard, a surge of, a burst of, forceful, heavy, serious, extra,
        high, dramatic, dramatically, grand, full-fledged, marked, drastic, drastically, emphatically, emphatic,
        aggressively, energetically hard, dreadful, mighty, mightily, ever so, all too, painfully, exceedingly,
        decisively, vehemently, tight, sore, dire, tremendous amount of, loads of, plenty of, oodles of, stiffly,
        rigidly, fast and hard, terrible, terribly much, wholly, truly madly, unmistakeably strong, visibly
        strongly, with force, with all force, in earnest, very, strongly, bright, brightly, significantly, highly,
        greatly, deeply, considerably, strong, firmly, tightly, broadly, broad, widely, heavily, so, such, really,
        truly, a lot, lots of, lots, a great deal, a lot of, quite a bit, markedly, markedly more, powerful,
        powerfully, forcefully, hugely, great, sharply, sharp, much, intensely, intense, particularly, especially,
        way too, bigtime, vigorous clenching, steeply, prominently, prominent, substantially, exceptionally,
        thoroughly, passionately, profoundly, profound, fiercely, fierce, tremendous, tremendously, too,
        unusually, severely, awfully, terribly, badly, remarkably, seriously, pronounced, plainly and strongly,
        right up, steep, solidly, richly, keenly, overly, genuinely, dearly, much more, far more, even more, most,
        big time, super, tough, massively, massive, real, incredible amount of, hella
    """,
    1.0: """
        maximal, max, to the full, in full, to its limit, to the fullest, through the roof, beyond belief, the
        height of, the depths of, the epitome of, an explosion of, a storm of, to the point of pain, as can be,
        like never before, unrestrained, unbridled, unabashed, unreserved, over-the-top, exaggeratedly,
        exaggerated, manically, full force, completely and utterly, all-consuming, boundless, limitless,
        incandescent, abject, dead, deathly, scared stiff with, extremely, fully, completely, utterly, absolutely,
        totally, incredibly, maximally, entirely, insanely, as far as possible, as much as possible, as hard as
        possible, as wide as possible, as high as possible, to the extreme, to the maximum, to the limit, to the
        max, all the way, beyond measure, beyond words, utter, sheer, pure, absolute, total, complete, extreme,
        overwhelming, overwhelmingly, outright, downright, unbelievably, ridiculously, enormously, enormous,
        immensely, immense, positively, impossibly, with all her might, with all his might, with full force, huge,
        unbearable, uncontrollable, uncontrollably, wildly, violently, violent, wholeheartedly, full-blown,
        full-on, beyond, at full strength, maximum, to death, like crazy, like mad, out of control, consumed by,
        consumed with, overcome by, overcome with, overwhelmed by, overwhelmed with, filled to the brim with,
        bursting with, overflowing with, insane, perfectly
    """,
}

DEGREE_NOUNS: Final = words_of("""
    severe bright slight mild light weak little tiny faint subtle gentle delicate big huge broad great strong deep
    intense fierce sharp powerful enormous immense massive utter sheer pure absolute total complete extreme
    pronounced profound clear definite obvious moderate medium modest tremendous wide full tentative feeble
    prominent noticeable real incredible unmistakable some little more much less
""")
"""Degrees that are adjectives: they belong to the noun that follows, past other adjectives ("a big, happy smile")."""

NEGATIONS: Final = """
    not, no, never, without, without any, neither, nor, none of, free of, lacking, lack, lacks, devoid of, avoid,
    avoids, avoiding, refrain from, refrains from, refraining from, far from, anything but, instead of, rather
    than, no trace of, not a trace of, no hint of, no sign of, without a trace of, without a hint of, not a hint
    of, hardly any, barely any, no longer, nothing of, stop, stops, stopping, stopped, not at all, by no means, in
    no way, zero, minus, not any, not even, not even a hint of, absence of, absent, least of all, not a bit, not
    one bit, not in the least, not remotely, nowhere near, refuse to, refuses to, refusing to, leave out, omit,
    skip, exclude, nothing like, non, sans, missing, not the least bit, not slightest, without slightest, without
    even, other than, except, except for, no more, forget, not single, never any, without ever, gone, none
"""

NEGATION_AFTER: Final = "absent, missing, gone, un"
"""Those of them that follow what they deny: "the smile is gone"."""

SIDES: Final[dict[str, str]] = {
    "left": """
        left, left-hand, left hand, left side, on left, on left side, to left, left-sided, left half, on left
        half, left side of face, left half of face, leftward, leftwards, on left-hand side, left-side, on left
        side of face, on left half of face, left one, character's left, to left side, screen right
    """,
    "right": """
        right, right-hand, right hand, right side, on right, on right side, to right, right-sided, right half, on
        right half, right side of face, right half of face, rightward, rightwards, on right-hand side, right-side,
        on right side of face, on right half of face, right one, character's right, to right side, screen left
    """,
    "both": """
        both, both sides, on both sides, bilateral, bilaterally, symmetrical, symmetrically, evenly, equally, both
        of, on either side, either side, each, on each side, left and right side, both left and right, the two
    """,
    "one": """
        one, single, one-sided, one-sidedly, one sided, on one side, one side, unilateral, unilaterally, lopsided,
        lopsidedly, asymmetrical, asymmetrically, asymmetric, unevenly, uneven, just one, crookedly, to one side
        only, on one side only, on one side of face, one side of face, one-side, one half, half of
    """,
    "other": "other, other one, other side, on other side, opposite, opposite side, on opposite side, opposite one",
}

ONLY: Final = "only, just, solely, exclusively, nothing but, purely, alone, merely, nothing else than, one only"

# Succession.
NEXT: Final = """
    then, and then, before, until, till, followed by, give way to, giving way to, build up to, culminate in, lead
    to, become, end with, end in, end as, end up, finish with, finish in, end on, ends up, ending with, finish as,
    move on to, before turning, before breaking into, which becomes, which turns into, and ends, and finish, after
    which, whereupon, boil over into, erupt in, burst out in, and finally
"""
NEXT_VERBS: Final = """
    turn, melt, break, shift, change, fade, transition, morph, dissolve, build, escalate, slide, slip, develop,
    grow, lapse, move, switch, evolve, transform, soften, harden, explode, erupt, settle, spread, widen, crumple,
    collapse, subside, sink, descend, spill, burst, ebb, finish, go
"""
"""Lead to the next state where a feeling follows: "turns sad", "melts into a smile"."""
NEXT_ANYWHERE: Final = """
    later, later on, finally, eventually, in the end, at the end, by the end, afterwards, afterward, after that,
    at last, ultimately, towards the end, toward the end, lastly, next, in the second half, thereafter, by the
    time she is done, last
"""
HIDING: Final = """
    hide, try to hide, attempt to hide, conceal, mask, cover up, suppress, hold back, fight back, contain, stifle,
    control, restrain, swallow, bottle up, keep in check, try not to show, try to contain, try to control, try to
    conceal, try to suppress, hide behind
"""
"""Verbs that leave little of the feeling that follows."""
SHOWING: Final = """
    can not hide, unable to hide, fail to hide, not hide, can not conceal, unable to conceal, can not contain,
    unable to contain, fail to contain, can not suppress, can hardly hide, can hardly contain, can barely hide,
    can barely contain, hardly hide, barely hide, hardly contain, barely contain, can not help show
"""
"""Those that let it be seen after all."""
FIRST: Final = """
    first, at first, initially, in the beginning, at the beginning, to begin with, to start with, at the start,
    start, starting, start with, start out, start off, begin, begin with, beginning with, begin as, start as,
    starting with, open with, start in, begin in, at the outset, starts from, in the first half, first of all,
    starting from, starting out
"""
FROM: Final = """
    from, go from, goes from, move from, change from, shift from, turn from, switch from, transition from, moves
    from, slide from, swing from, starting from, pass from, progress from, fade from, evolve from
"""
TO: Final = "to, into, towards, toward, gradually to, slowly to"
AFTER: Final = "after, after a moment of, after a second of, after initial, after an initial, after being"
GROWS: Final = """
    grow stronger, widen, widening, broaden, broadening, grow, increase, increasing, growing, intensify,
    intensifying, rising, mounting, build, building, build up, spread slowly, spread across face, get stronger,
    more and more, increasingly, deepening, deepen, gets bigger, get bigger, swell, slowly spreading, dawning,
    dawn, kindling
"""
FADES: Final = """
    fade, vanish, disappear, freeze on face, fading, fade away, die away, die down, ebb, subside, wear off, slip
    away, waning, wane, diminish, diminishing, lessen, decrease, slowly disappear, less and less, dwindle, melt
    away, drain away, drop away, disappear slowly, evaporate, weaken, vanish slowly
"""
ALWAYS: Final = """
    throughout, the whole time, all the time, all along, always, constantly, the entire time, all the while, from
    start to finish, from beginning to end, permanently, at all times
"""

AND: Final = """
    and, &, plus, as well as, along with, together with, combined with, coupled with, also, accompanied by, paired
    with, and also, in addition to
"""
OR: Final = "or, nor"
WITH: Final = """
        he, she, they, we, with, while, as, whilst, which, who, whose, when, through, because, since, using,
        having, like, as if, as though
    """
BUT: Final = """
    but, yet, though, although, however, whereas, despite, in spite of, even though, nevertheless, nonetheless,
    except that, even as, on the contrary, albeit, in contrast
"""

ARTICLES: Final = words_of("a an the his her their my your its our own")
"""Skipped inside phrases."""

FILLERS: Final = words_of("""
    man woman person people speaker guy girl boy lady gentleman character actor actress someone somebody he she
    they it i you we him them me us her his their its my your our a an the this that these those there here is are
    was were be been being am do does did will would shall should can could may might must has have had having to
    of in on at by for from with into onto upon over under between across around about against during within as if
    than so too very just even ever also again already still speak speaks speaking spoke spoken talk talks talking
    talked say says saying said tell tells telling told deliver delivers delivered delivering utter utters line
    lines word words voice voices tone sound sounds sounding sentence speech phrase phrases answer answers
    answering reply replies replying respond responds ask asks asking call calls calling mention mentions describe
    describes feel feels feeling felt look looks looking looked seem seems seeming seemed appear appears appearing
    appeared show shows showing shown display displays displaying displayed express expresses expressing expressed
    exhibit exhibits wear wears wearing wore carry carries give gives giving given gave make makes making made let
    lets put puts putting get gets getting got go goes going gone come comes coming keep keeps keeping kept hold
    holds holding held stay stays staying stayed remain remains remaining remained take takes taking bring brings
    brought try tries trying tried want wants wanting need needs needing use uses using used act acts acting acted
    perform performs performing play plays playing become becomes becoming became turn turns start starts begin
    begins end ends face faces facial expression expressions emotion emotions emotional feeling feelings mood
    moods manner way ways style attitude demeanor demeanour sense kind sort type bit lot touch moment moments
    second seconds time times while side sides part parts area region muscle muscles features feature whole entire
    all every each any some both other another same rest thing things something nothing everything anything please
    slowly quickly suddenly gradually constantly always often sometimes usually now once soon almost nearly simply
    well much many more most such own only rather quite then when where why how what which who whose whom up down
    out off away back together towards toward upon through throughout along near beside behind before after until
    like and or but not no yes okay ok well maybe perhaps possibly probably certainly inside outside within
    overall general generally basically mostly mainly mixed mixture mix blend combination combined between first
    second third next last finally then later while during entire whole filled fill fills full state position pose
    slowly looking-like level degree amount intensity strength percent visible visibly natural naturally normal
    normally as though keep kept anymore subject figure individual people female male young old middle aged
    elderly adult child kid teenager human avatar model head talking video clip audio camera scene shot frame
    audience listener viewer eyes-and mouth voice spoke manner delivery performance playing portray portrays
    depict depicts convey conveys conveying conveyed reflect reflects suggest suggests suggesting betray betrays
    betraying indicate indicates reveal reveals spreads spread across appears comes over cross crosses crossing
    him it's that's he's she's they're i'm you're we're let's lets along very one two three sit sits sitting stand
    stands standing
""")

"""Words without a meaning for the face, passed over in silence."""

COMMON: Final = words_of("""
    browse brown crown crowd boards bread break broad bring build carry chair chance change child choose city
    class clear clock cloud color could country course cover dance daily early earth eight every exact field final
    floor force fresh front fruit glass grass green group guest happen heart heavy horse hotel house image issue
    large later laugh leave level light limit local lunch magic major metal might money month mouse movie music
    night north novel ocean offer order other paper party peace phone photo piece place plane plant plate point
    power price print proof queen quick radio reach ready river right round scene score sense serve seven shape
    share sharp sheet shirt shock short sight since sixth sleep slide small smoke solid south space speed spend
    sport staff stage stand state steam steel stick stone store story study sugar table taste teach thank thick
    thing think third throw title today total touch tower track trade train treat trend trial truck trust truth
    twice uncle under union until upper usual value video visit voice waste watch water wheel where which white
    whole woman world worth would write wrong youth father mother sister brother friend family school office
    window garden kitchen street market winter summer spring autumn morning evening finger shoulder shoulders
    hands hand arms body letter number minute reason result return review sample second secret season simple
    single strong sudden supper switch system target theory though thread throat ticket travel twelve valley
    weight within wonder worker yellow people person nature member matter manage mainly living listen length
    leader island inside indeed impact hidden height growth future former flower flight finish figure female
    factor expert effort editor easily during driver double direct detail design desire demand degree decide
    danger create county corner common chosen charge center career camera budget branch bottom border better
    belief beauty battle attack around animal amount always almost afraid affect advice actual across accept
    absent frequent current present perfect produce project protect provide publish purpose quarter quickly
    reality receive recover reflect related release replace request require respect respond revenue scarf plank
    pitch peach beach patch batch match catch latch board bored crest chest tense sense dense those these there
    their three smell shell spell small stall tears years wears bears hears fears gears nears stage stair state
    stark stars start story stare learning beating liking painting neural contact closet complete wires admitting
    angels angel lasting messing culling below warning status sealing selling shifting sifting tripping trusted
    trusts waged wearer treble tampering posing writing string files content washing wishing treats sorted stated
    starting posted posting matters signs cooking teaches rotated rating racing picked picking painted lightning
    swearing tapping starving staring sparked starring tangled titled tinted sleeper sweater admitted rage cage
    page wage sage brave grave great grape grade trade blade shade snore shore score store stove state slate skate
""")
"""Everyday words that must not be taken for a mistyped word of the lexicon."""

PASSED_PHRASES: Final = """
    not only, not just, what kind, this kind, some kind, that kind, any kind, stand out, stands out, stood out,
    bore into, bored into, boring into, think of, think about, imagine, take part, takes part, swallow pride,
    swallows her pride, a sense of, a look of, an expression of, a mask of, the picture of, on the other hand, on
    the one hand, other hand, at hand, in hand, first of all, more and, the two of, at the camera and, in a row,
    play part, in part of, sense of humor, in a hurry, in control, sharp intake, intake of breath, right thing, no
    matter what, what is left, lower voice, low voice, high voice, deep voice, soft voice, loud voice, deep
    breath, big picture, in the open, on the whole, with no further, mean to say, meaning, in mock, full of,
    filled with, now and then, right now, right away, all right, no doubt, no matter, no wonder, why not, nothing
    else move, nothing else moves, rest of face, rest of the face, from time to time, for a moment, right at,
    right in front, at all, as well, at once, in front, of course, in fact, in a way, so that, so as to, such as,
    even if, more than, rather than usual, not to mention, is left with, was left with, what is left, as usual, no one,
    nobody, too well, right here, right there, again and again, over and over, side by side, face to face, kind
    people, up close, look like, looks like, sound like, in control, by heart, little by little, bit by bit, step
    by step, in response, in return, next to, right before, right after, in general, first name, on the face, in
    face of, full face, full sentence, full phrase, mother tongue, native tongue, over time, in time, open up
    about, front of, top of lungs, make up
"""
"""Phrases passed over in silence though their words would mean something alone."""

CONTRACTIONS: Final[dict[str, tuple[str, str]]] = {
    "cannot": ("can", "not"),
    "can't": ("can", "not"),
    "cant": ("can", "not"),
    "won't": ("will", "not"),
    "wont": ("will", "not"),
    "shan't": ("shall", "not"),
    "ain't": ("be", "not"),
    "dont": ("do", "not"),
    "doesnt": ("do", "not"),
    "didnt": ("do", "not"),
    "isnt": ("be", "not"),
    "arent": ("be", "not"),
    "wasnt": ("be", "not"),
    "couldnt": ("could", "not"),
    "wouldnt": ("would", "not"),
    "gonna": ("go", "to"),
}

PREFIX_ONLY: Final = words_of("""
    so too very quite pretty rather more less such really most much half some behind hiding masking concealing
    suppressed hidden open real sort kind fairly
""")
"""Degrees that look forward only: after a word they say something else."""
