# SPDX-License-Identifier: GPL-3.0-or-later
"""Words and idioms that stand for a whole expression: "smile", "scowl", "through gritted teeth", "poker face".

Each line reads `phrase | phrase = meaning`. The meaning is a list of

* action units or action names: `12` (fair degree), `12:.8` (that degree), `6-` (one degree less than said),
  `12L` (left only), `!12` (held still);
* emotions with level: `sad2`; with `/upper` or `/lower` on that part of the face only; `!happy` excluded;
* `one`: on one side; `energy.5`.

Phrases are written in base forms, without articles and possessives, which are skipped in reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

WORDS: Final = """
smile = 12 6-
smiley | smile face = 12 6-
grin = 12:.75 6-
beam | beam from ear to ear | grin from ear to ear | smile from ear to ear | ear-to-ear grin | ear to ear = 12:.95
    6:.7 happy3
smirk = 12L 14L:.35
half-smile | half smile | hint of smile | ghost of smile | trace of smile | flicker of smile | shadow of smile =
    12:.25
sneer = 9:.45 10
dimple | show dimple = 14
kiss | kissing face | kiss mouth = 18:.75
shrug with mouth | mouth shrug | shrug mouth | facial shrug = 17 15-
frown = 4 15:.3
scowl | lour | glower = 4:.75 7 15-
glare | dagger look | shoot dagger | look dagger = 4:.65 7 angry1/upper
grimace = 20 4 7 15-
wince | flinch | cringe | squirm = 7:.65 6 4 20-
pout = 17:.6 18
squint = 7:.7
gape = 26:.8 25
gawk | gawp = 26:.6 5
yawn = 27:.9 tired2
snarl = 9:.7 10:.75 angry2
leer = 12L 7 flirty1
duck face | duckface | duck lip | kissy face | kissy lip | blow kiss | air kiss = 18:.9
wink = wink:.9
blink rapidly | blink fast | rapid blink | blink a lot | blink repeatedly | flutter eyelash | flutter lash =
    blink:.9
shake head | head shake = head_shake
laugh | burst out laughing | roar with laughter | laugh out loud | burst into laughter | howl with laughter |
    belly laugh | crack up laughing = happy3 26:.45
chuckle | giggle | titter | chortle | snigger | snicker | cackle with delight = happy2
cry of joy | tear of joy | happy tear | cry with joy | weep for joy | cry with happiness = happy3 1
gasp = surprised2 26
pucker face = 18 9
stick out tongue | poke out tongue | tongue out | tongue stick out | tongue hang out = 19
lick lip = 19:.35
roll eye | eye roll | eye-roll = eyes_up:.9
half-lidded | heavy-lidded | hooded eye | heavy lid | heavy eyelid | droopy eye | droopy eyelid | sleepy eye |
    bedroom-eyed | eye half mast | eye at half-mast = lid_droop:.6
bat eye | flutter eyelid = blink:.8 flirty1
swallow hard | gulp = 21:.3 fear1
tight-lipped | thin-lipped | zipped lip | lip zipped | lip sealed | close-lipped | button lip | closed-lipped =
    24:.7
open-mouthed | mouth agape | slack-jawed | jaw on floor | jaw hit floor | jaw to floor | jaw drop to floor =
    26:.85 25
wide-eyed | saucer eye | eye like saucer | eye wide as saucer | eye as wide as saucer | eye as big as saucer | eye
    bug out | eye pop | bug-eyed | pop-eyed | bulging eye | eye pop out of head | round-eyed | owl-eyed = 5:.85
narrow-eyed | slit-eyed | slitty eye = 7:.75
gap-mouthed = 26
toothy = 25:.7
closed-mouth | close-mouthed | mouth shut = !25 !26 !27
hollow-cheeked | gaunt = cheek_suck
chubby-cheeked | chipmunk cheek | hamster cheek = 34:.8
whistle | as if whistle = 18:.8
""".strip()

IDIOMS: Final = """
# joy
smile with eye | smile eye | eye smile | smize = 6 7-
smile reach eye | smile that reach eye | genuine smile | real
    smile | duchenne smile = 12 6 7-
smile fail to reach eye | smile only with mouth | smile with mouth alone | smile with mouth only | smile just with
    mouth | only mouth smile | mouth smile but eye do
    not | smile without eye | force smile | force grin | forced grin | put on smile | paste on smile | plaster on
    smile | fake smile | forced smile | strained smile | plastic smile | polite smile | hollow
    smile | empty smile | insincere smile | professional smile | frozen smile | wooden smile | stiff smile | tight
    smile = 12 !6
that do not reach eye | do not reach eye | not reach eye | not quite reach eye | never reach eye | not touch eye =
    !6
bitter laugh | laugh bitterly | hollow laugh = sarcastic2 26:.4
do not look at camera | not look at camera | never look at camera | not look at viewer = eyes_turn
face like stone | like stone | turned to stone | like statue = neutral1 energy-.5
tight-lipped smile | thin smile | pressed smile | smile with pressed lip | smile with closed lip | closed-lip
    smile | closed-mouth smile = 12 24-
toothy smile | toothy grin | show teeth in smile | smile with teeth | smile show teeth | smile broadly showing
    teeth | flash teeth | flash smile | bare-toothed grin = 12:.75 6- 25
crooked smile | lopsided smile | lopsided grin | crooked grin | one-sided smile | sideways smile | wonky smile |
    wry smile | wry grin | half grin | sly half-smile | asymmetrical smile | asymmetric smile = 12L
goofy grin | silly grin | goofy smile = 12:.8 6 happy2
cheshire cat grin | cheshire grin | shit-eating grin | wolfish grin | evil grin | evil smile | wicked grin |
    wicked smile = 12:.8 mischievous2
smile through tear | smile through pain tear | smile despite tear | smile with tear in eye = 12 sad2
laugh through tear | laugh until cry | laugh till cry | cry with laughter | cry laughing | laugh to tear = happy3
laugh eye | merry eye | twinkle in eye | eye twinkle | eye sparkle | eye dance | eye shine with joy | glint of joy
    | gleam in eye = happy1/upper
eye light up | face light up | light up like christmas tree | face brighten | eye brighten | light in eye = happy2
on top of world | like kid at christmas | like kid in candy store | like kid in candy shop | like child on
    christmas morning | happy as clam | happy as lark | full of bean | full of joy of spring = happy3
as if win lottery | like lottery winner | as if hear best news | as if get good news | have just win | just win |
    just win lottery | win gold | best day of life | dream come true = happy3
in good mood | in high spirit | good mood | high spirit | in cheerful mood | in great mood = happy2
all smile | wreathe in smile = 12:.8 6- happy2
try not to smile | hide smile | hide grin | suppress smile | suppress grin | hold back smile | bite back smile |
    stifle smile | fight smile | fight back smile | try to hide smile | fight back grin | struggle not to smile |
    keep from smiling = 12:.25 24:.4
try not to laugh | hold back laughter | hold back laugh | suppress laugh | stifle laugh | stifle laughter | stifle
    giggle | suppress giggle | on verge of laughter | about to laugh | on verge of laughing | hold in laughter |
    suppress laughter | bite back laugh | keep straight face | can hardly keep straight face | hardly keep
    straight face | can barely keep straight face | struggle to keep straight face | barely keep
    straight face | hold in laugh = amused2 24:.4
cannot help but smile | cannot help smile | cannot stop smile | cannot hide smile | cannot suppress smile | unable
    to hide smile | cannot keep from smile | unable to stop smiling = 12:.7 6-
cannot stop laugh | cannot help laugh | cannot hold back laughter = happy3
could not be happier | cannot be happier | never been happier | never happier = happy3
warm smile | kind smile | gentle smile | soft smile | loving smile | tender smile | friendly smile | sweet smile =
    12:.45 6- tender1
cold smile | icy smile | cruel smile | frosty smile = 12 stern2/upper !6
sad smile | bitter smile | rueful smile | melancholy smile | wistful smile = 12:.4 sad1
bitter-sweet smile | bittersweet smile = 12:.4 wistful2

smile thinly | smile tightly | smile with thin lip = 12 24-
twisted smile | twisted grin = 12L mischievous1
crack smile | crack a smile = 12 6-

# sadness
wet eye | eye wet | watery eye | moist eye | eye moist | eye shine with tear | red-rimmed eye | eye red from
    crying = sad2
face crumple | crumple into tear = sad3 17
on verge of tear | on edge of tear | on brink of tear | close to tear | near tear | about to cry | about to burst
    into tear | ready to cry | as if to cry | start to cry | want to cry | almost cry | nearly cry | eye fill with
    tear | eye brim with tear | eye well up | eye well up with tear | tear in eye | tear up | tear welling up |
    tear well | eye water | eye wet with tear | tear well in eye | choke back tear | fight back tear | hold back
    tear | fight tear | blink back tear | swallow back tear | keep back tear | eye glisten with tear | glistening
    eye | fight not to cry | try not to cry | struggle not to cry | hold tear back | fight tear back | bravely
    hold back tear = sad2 17
tear run down cheek | tear roll down cheek | tear stream down face | tear stream down cheek | tear run down face |
    tear roll down face | cry eye out | cry heart out | sob uncontrollably | flood of tear | tear fall | dissolve
    into tear | break into tear | burst into tear | weep openly | ugly cry | cry bitterly | tear down cheek = sad3
    17
face fall | crest fall | heart sink | shoulder slump | light go out of eye | spirit sink = sad2
long face | pull long face | wear long face | glum face | hangdog | hang-dog | hangdog look = sad2
mouth curve down | mouth curve downward | mouth curve downwards | upside-down smile | upside down smile = 15:.65
heart break | heart ache | broken heart | weight of world on shoulder | weigh down by sorrow | carry heavy heart |
    heavy-hearted | with heavy heart = sad3
puppy dog eye | puppy-dog eye | puppy eye | big sad eye | sad puppy eye | beg eye = pleading2
feel down | feel low | be down | look down in mood | have blues | feel blue | under cloud | in low spirit | low
    mood | in bad way = sad1
lump in throat | choked up | voice break | choke with emotion = sad2
like lost puppy | like kicked puppy | like wet weekend | like wet week | as if someone die | as if somebody die |
    like he lose best friend | as if lose best friend | like at funeral | as if at funeral = sad2
chin tremble | trembling chin | chin quiver | chin wobble | lip tremble | lip quiver | quivering lip | trembling
    lip | lower lip tremble | lower lip quiver | lip wobble | quivering chin = 17 15- sad1

# surprise
cannot believe eye | cannot believe ear | cannot believe it | can hardly believe | hardly believe eye | hardly
    believe it | not believe eye = surprised2
caught off guard | catch off-guard | take aback | take by surprise | catch unawares = surprised2
rub eye in disbelief | double take | do double take | eyebrow shoot up | brow shoot up | brow fly up | eyebrow hit
    hairline | brow up to hairline | brow reach hairline = surprised2 1:.9 2:.9
raise eyebrow in surprise = surprised2
have rug pulled | knock down with feather | could be knocked over with feather | thunderstruck | hit by bolt =
    surprised3
like deer in headlight | deer in headlight | deer-in-headlights | rabbit in headlight | caught in headlight =
    fear2 surprised2
mouth form o | mouth in o | o of surprise | perfect o | mouth round = surprised2 22:.4

# fear
see ghost | as if see ghost | as if he see ghost | like see ghost | white as sheet | pale as ghost | pale with
    fear | white as ghost | blood drain from face | color drain from face | turn pale | turn white | go pale | go
    white = fear3
blood run cold | hair stand on end | heart in mouth | scare out of wit | fear for life | run for life | scared out
    of skin | jump out of skin | shake like leaf | tremble like leaf | shake in boot | quake in boot | knee knock
    | teeth chatter = fear3
butterfly in stomach | bundle of nerves | on pin and needle | walk on eggshell | nerve on edge | nervous wreck |
    bite nail | on edge of seat | sweat bullet | cold foot = fear1
hold breath = fear1
nervous laugh | nervous smile | nervous grin | anxious smile | worried smile | uneasy smile = 12:.4 fear1
brave face | put on brave face = determined1 fear1/upper
haunted look | haunted eye | hunted look = fear2

# anger
through grit teeth | through clench teeth | grit teeth | clench teeth | grind teeth | gritted teeth | set teeth |
    teeth on edge | gnash teeth | teeth clench | teeth grit = 31:.8 20:.4
through tight lip | through tighten lip | through press lip = 24:.7
bare teeth | bared teeth | teeth bare = 10:.7 25 16-
blood boil | make blood boil | see red | blow fuse | blow gasket | lose cool | fly off handle | steam come out of
    ear | smoke come out of ear | fit of rage | fit of anger | face like thunder | look like thunder | black look
    | thunderous look | vein throb | vein bulge | vein pop | fire in eye | flash of anger | eye blaze | eye flash
    | blazing eye | eye burn with | flashing eye | face redden with anger | turn red with anger | foam at mouth |
    go through roof | spit nail | breathe fire | at end of rope | at boiling point | volcano about to erupt | like
    volcano = angry3
if look could kill | look that could kill | killer look | death stare | death glare | evil eye | give evil eye |
    dirty look | filthy look | foul look | nasty look | ugly look | stare dagger | glare dagger | look daggers at
    = angry2 4:.7 7
cold fury | cold anger | cold rage | icy rage | quiet rage | quiet fury | simmering anger | simmer | seething
    quietly | suppressed anger | contain anger | controlled anger | barely contained anger | barely controlled
    anger | bottled up anger | controlled fury | barely contained rage | barely suppressed rage | barely contained
    fury = angry2 24:.6
low growl | growl menacingly | menacing growl | growl in throat = angry2
in bad mood | in foul mood | bad mood | foul mood | get out of bed on wrong side | out of temper | chip on
    shoulder | bent out of shape | get on nerves | have enough | have had enough | had enough | fed up = angry1
lose patience | patience run out | short of patience | run out of patience | short fuse | last straw | at end of
    patience = angry1
jaw set | set jaw | jaw square | square jaw | square-jawed | firm jaw = 31 determined1
flare up | temper flare = angry2
twist in anger | twist with anger | contort with anger | contort in rage | twist in rage | twist with rage |
    contort with rage | contort with fury = angry3

# disgust
bite lemon | bite into lemon | suck lemon | suck on lemon | taste lemon | eat lemon | chew lemon | chew wasp |
    swallow wasp | bulldog chew wasp | taste something bitter | taste something sour | taste bitter | taste
    something bad | taste something foul | eat something rotten = disgusted2 18:.45
smell something bad | smell something rotten | smell bad | smell rotten | smell something foul | bad smell under
    nose | smell sewer | whiff of something | foul stench | smell garbage | catch bad smell | smell rotten egg |
    smell sour milk = disgusted2 9:.65
turn up nose | turn nose up | wrinkle nose in disgust = disgusted1 9
nose in air | nose in the air | nose held high = contempt1 head_up:.5
turn stomach | stomach turn | make sick | feel sick | sick to stomach | want to vomit | make skin crawl | skin
    crawl = disgusted3
step in something | find hair in soup | find hair in food = disgusted2
face twist in disgust | twist in disgust | contort in disgust | twist with disgust = disgusted3
sour face | sour look | sour expression | sour puss | pull face | make face | acid look = disgusted1 18:.3

# contempt
look down nose | look down on everyone | nose up | hold in contempt | look down at someone nose = contempt2
    head_up:.3
lip curl in disgust = disgusted2 10
lip curl in contempt | lip curl with contempt | lip curl in disdain = contempt2 10L
raise eyebrow in disdain = contempt2 2L
scoff at | snort with derision | snort | scornful snort = contempt2
could not care less | not care less | not give damn | not give a damn = bored1 neutral1
not impressed | remain unimpressed | unimpressed = contempt1

# neutral
poker face | straight face | stone face | stony face | blank face | blank stare | blank look | blank expression |
    empty expression | vacant stare | vacant look | vacant expression | empty stare | wooden face | wooden
    expression | mask-like face | frozen face | face of stone | deadpan face | robotic face | resting face | face
    at rest | mask | stony-faced | face give nothing away | give nothing away | betray nothing | betray no emotion
    | show no emotion | show nothing | reveal nothing | without emotion | without expression | without any emotion
    | without any expression | no emotion | no expression | no feeling | devoid of emotion | devoid of expression
    | lack of emotion | void of emotion | face do not move | nothing in face move | not move muscle | not bat
    eyelid | not bat eye | not turn hair | keep face still | hold face still | face remain still | absolutely
    still face | completely still | without moving muscle | flat affect | not a flicker of emotion | emotion free
    = neutral1 energy-.5
cool as cucumber | calm as lake | calm and collect | calm cool and collect | cool calm and collected | level head
    | keep cool | stay cool | keep calm | stay calm = neutral1
at rest | at peace | peaceful | serene | at ease | peace of mind = neutral1

# other moods
faraway look | far-away look | distant look | far away look | faraway eye | faraway expression | eye far away =
    wistful2
not believe word | do not believe word | not believe it | do not buy it | not buy it = skeptical2
sun in eye | blinded by sun | sun blind | blinding sun | blinding light | against sun | against light = 7:.75
smell flower | smell rose | scent of rose = happy1
face soften | expression soften | eye soften | gaze soften | feature soften = tender1
face harden | expression harden | eye harden | gaze harden | feature harden | harden = stern2
stare down | stare somebody down | stare someone down | stare him down | stare her down = stern2 !blink
tongue in cheek | tongue-in-cheek | with tongue in cheek = sarcastic1 12L:.3
pinch of salt | grain of salt = skeptical2
raise eyebrow skeptically | arch eyebrow skeptically = skeptical2 1L 2L
like cat that get cream | cat that get cream | cat that eat canary | like cat with cream = smug3
full of himself | full of herself | full of yourself = smug2
head in cloud | mind elsewhere | stare into space | stare into distance | thousand-yard stare |  stare off into
    space | look into distance = thoughtful2
lose in thought | deep in thought | sunk in thought | rack brain | mull over | turn over in mind | search for word
    | search for right word = thoughtful2
scratch head | lose thread | head spin | question mark over head | none the wiser = confused2
what on earth | what the hell | wtf face = confused2 surprised1
give up hope | give up | at wit end | at end of wit | end of tether = sad2
eye of tiger | iron will | nerve of steel | mean business | dead serious | deadly serious | look of steel | steel
    in eye | steely gaze | steely eye | steely look | eye on prize = determined2
bite bullet | grin and bear it = determined1 pain1 31
dog-tired | bag under eye | can barely keep eye open | can hardly keep eye open | barely keep eye open | hardly
    keep eye open | struggle to stay awake | fight sleep | fight to stay awake | on last leg | out on feet | half
    asleep | barely awake | struggle to keep eye open = tired3
catch breath | out of puff | puff and pant | huff and puff = strained2
come hither | come-hither look | bedroom eye | make eye at | smoldering look | smoldering gaze = flirty2
up to something | up to no good | hatch plan | hide secret | secret smile | knowing smile | knowing look =
    mischievous1 12:.3
shifty eye | shifty look | side eye | side-eye | give side-eye | sidelong glance | look askance | eye narrow with
    suspicion | eye with suspicion = suspicious2 eyes_turn
weight fall from shoulder | weight off shoulder | load off mind | breathe again | sigh of relief | dodge bullet |
    heave sigh of relief = relieved2
heart melt | melt | heart full of love | heart in eye | look of love | love in eye = tender2
as if hurt | stab of pain | twist with pain | face twist with pain | contort with pain | contort in pain | twist
    in pain | wince in pain | wince with pain | twist in agony = pain2
red face | face go red | turn red | go red | want ground to open | want to disappear | wish ground would open =
    ashamed2
chest swell | chest puff with pride = proud2
over shoulder = head_turn:.7
crocodile tear = sad1 mischievous1
eat heart out = angry1
sigh = sad1
shrug = 15:.4 17:.4 1:.3 2:.3
face of thunder = angry3
cat got tongue | tongue-tied | lost for word = surprised2
in two mind | on fence = confused1
give cold shoulder | cold shoulder = contempt1
green with envy = angry1
tongue poke cheek | tongue push cheek = 34:.3
stiff upper lip | keep stiff upper lip = 23 neutral1
tut = angry1
eyeball = 7:.3
show upper teeth = 10 25
show teeth | bare teeth show = 25:.8 10-
show lower teeth | bare lower teeth = 16 25
o-shaped mouth | mouth like o | o-shaped lip = 22 25
horse lip | raspberry | blow raspberry = 34 18
jaw work | jaw muscle twitch | jaw muscle flex | muscle in jaw twitch | muscle twitch in jaw | jaw muscle bulge |
    jaw tight | tight jaw | tight-jawed | jaw lock = 31
crow foot | crow's feet | eye crinkle at corner | eye crinkle | crinkled eye | crinkly eye = 6 7-
brow raised high | eyebrow sky high = 1:.9 2:.9
lean in | lean forward | lean closer = head_forward
lean back | pull back | draw back head | recoil back | shrink back | pull head back = head_back
look around | glance around = eyes_turn
look over shoulder | glance over shoulder = head_turn:.7
hold gaze | hold eye contact | keep eye contact | maintain eye contact | steady gaze | unwavering gaze | fixed
    gaze | look straight ahead | look into camera | look at camera | look straight into camera | look me in eye |
    stare straight ahead | eye straight ahead | eye fixed = !eyes_turn !eyes_up !eyes_down
avoid eye contact | break eye contact | not meet eye | no eye contact | avoid gaze | look anywhere but = eyes_turn
eye on floor | eye on ground | eye to floor | stare at floor | look at floor | look at ground | stare at ground |
    look at shoe | stare at shoe | look at foot | stare at foot | gaze at floor = eyes_down
look at ceiling | look at sky | eye to heaven | stare at ceiling | look to heaven = eyes_up
squeeze eye shut | eye squeeze shut | screw eye shut | screw eye up | eye tightly shut | scrunch eye shut | clench
    eye shut | squeeze eye closed | eye press shut | scrunched-up eye = eyes_closed:1 7:.7 6-
unsmiling = !12 !6
unblinking = !blink
unfrowning = !4 !15
""".strip()

MANNER: Final = """
energetic | energetically | lively | animated | animatedly | vivid | vividly | expressive | expressively |
    theatrical | theatrically | exaggerated | over the top | dynamic | dynamically | spirited | vigorous |
    vigorously | full of energy | high energy | with lots of energy | with great energy | melodramatic | dramatic
    | dramatically | larger than life | effusive | vivacious | bouncy | boisterous = energy.6
shout | yell | scream | loud | loudly = energy.5
subdued | restrained | low-key | understated | muted | reserved in manner | low energy | with little energy |
    quietly | quiet | monotone | monotonous | flatly | lifeless | lifelessly | minimal | minimally expressive |
    held back | toned down | unenergetic | inhibited | softly spoken | whisper | in whisper | hushed | whispering
    = energy-.5
""".strip()


def entries(text: str) -> Iterator[str]:
    """The entries of one of these tables, each on one line: indented lines continue the line before."""
    whole = ""
    for line in text.splitlines():
        if line.startswith("    "):
            whole += " " + line.strip()
            continue
        if whole:
            yield whole
        whole = "" if line.startswith("#") else line.strip()
    if whole:
        yield whole
