# SPDX-License-Identifier: GPL-3.0-or-later
"""The words people use for emotions and moods, by level.

Levels are MEAD's: 1 mild, 2 plain, 3 extreme. Adjectives fill "feels …" and "a … person", nouns "is in …" and
"with …"; verbs and further words are read but not written. The words of MEAD's captions (TalkCLIP, Ma et al.
2023) are among them with the level they have there.
"""

from __future__ import annotations

from typing import Final

ADJECTIVES: Final[dict[str, dict[int, str]]] = {
    "neutral": {
        1: """
            calm, neutral, impassive, expressionless, emotionless, unemotional, composed, blank, stoic,
            dispassionate, poised, collected, placid, even-tempered, level-headed, undisturbed, unmoved, deadpan,
            stone-faced, poker-faced, straight-faced, inexpressive, unexpressive, matter-of-fact, unfazed,
            imperturbable, tranquil, unruffled, even-keeled, unflappable, cool-headed, stolid, businesslike,
            equanimous, clear-headed, centered, detached, numb, robotic, wooden, objective, analytical,
            professional, vacant, glazed, deadly calm, dead-eyed, distant, toneless
        """,
        2: "",
        3: "",
    },
    "happy": {
        1: """
            satisfied, content, contented, pleased, good-humored, mellow, pleasant, friendly, amiable, at ease,
            upbeat, hopeful, optimistic, appreciative, fulfilled, gratified, comfortable, good-natured, welcoming,
            heartened, encouraged, trusting, renewed, restored, revived, enlivened, inspired, secure, polite,
            courteous, accepting, open-hearted, sincere
        """,
        2: """
            happy, cheerful, glad, joyful, merry, enthusiastic, jovial, joyous, sunny, delighted, jolly, cheery,
            excited, lighthearted, light-hearted, eager, bubbly, chirpy, festive, gleeful, blithe, buoyant, perky,
            grateful, thankful, playful, bright-eyed, high-spirited, stimulated, invigorated, vibrant,
            rejuvenated, peppy, chipper, goofy, wacky, childlike, all smiles
        """,
        3: """
            ecstatic, jubilant, elated, euphoric, thrilled, overjoyed, exhilarated, blissful, rapturous, radiant,
            exultant, exuberant, over the moon, on cloud nine, in seventh heaven, walking on air, tickled pink,
            beside herself with joy, beside himself with joy, beside themselves with joy, delirious with joy,
            jumping for joy, bursting with joy, beaming with joy, ebullient, enraptured, triumphant, overcome with
            joy, deliriously happy, giddy, pumped, psyched, stoked, hyped, on top of the world, bouncing off the
            walls, deliriously joyful
        """,
    },
    "sad": {
        1: """
            downcast, wounded, disheartened, dispirited, crestfallen, let down, rueful, regretful, remorseful, a
            bit low, homesick, lonely, deflated, fragile, sensitive, withdrawn, alienated, isolated, neglected,
            ignored, slighted, wan
        """,
        2: """
            sad, gloomy, unhappy, disappointed, glum, sorry, melancholy, melancholic, mournful, dejected,
            despondent, doleful, forlorn, woeful, tearful, teary-eyed, upset, hurt, dismayed, morose, sullen,
            dismal, cheerless, downhearted, down in the dumps, down in the mouth, depressed, lugubrious, weepy,
            saddened, somber, discouraged, abandoned, rejected, unloved, dour, bleak, pitiful, sunken, weighed
            down, broken up
        """,
        3: """
            anguished, sorrowful, miserable, desperate, heartbroken, grief-stricken, devastated, inconsolable,
            despairing, broken-hearted, brokenhearted, distraught, wretched, bereft, crushed, shattered, hopeless,
            tormented, grieving, desolate, agonized, in tears, in floods of tears, in pieces,
            bereaved, beaten, in mourning, torn apart, inconsolably sad, in despair, in agony of
            grief
        """,
    },
    "surprised": {
        1: """mildly surprised, taken aback, a bit startled""",
        2: """surprised, startled, alarmed, disbelieving, incredulous, caught by surprise, nonplussed""",
        3: """
            shocked, amazed, astonished, stunned, astounded, flabbergasted, thunderstruck, dumbfounded,
            dumbstruck, gobsmacked, speechless, jolted, staggered, stupefied, blown away, floored, bowled over,
            struck dumb, agog, lost for words
        """,
    },
    "fear": {
        1: """
            insecure, anxious, nervous, wary, jittery, timid, edgy, on edge, unsure, hesitant, fretful, ill at
            ease, jumpy, concerned, cautious, unsettled, fidgety, vulnerable, antsy, on tenterhooks, skittish,
            restless, disturbed, disconcerted, torn
        """,
        2: """
            afraid, ashen, pallid, frightened, uneasy, worried, apprehensive, scared, fearful, spooked,
            intimidated, distressed, daunted, threatened, perturbed, troubled, rattled, shaken, agitated, haunted,
            overwhelmed, cowering, unnerved, creeped-out, creeped out, shaking in her boots
        """,
        3: """
            horrified, terrified, panicked, petrified, panicky, panic-stricken, terror-stricken, terror-struck,
            aghast, scared stiff, scared to death, frightened to death, scared out of his wits, scared out of her
            wits, horror-struck, frozen with fear, frozen in fear, paralyzed with fear, hysterical with fear, in
            mortal fear, white with fear, scared witless, beside herself with fear, beside himself with fear
        """,
    },
    "disgusted": {
        1: """
            put off, squeamish, queasy, mildly appalled, mildly sickened, a bit grossed out, averse, disapproving,
            unimpressed
        """,
        2: """
            disgusted, appalled, sickened, repelled, nauseated, nauseous, grossed out, revolted, distasteful,
            scandalized
        """,
        3: """
            extremely disgusted, repulsed, extremely appalled, extremely sickened, absolutely revolted, about to
            vomit, about to be sick, about to throw up, sick to the stomach, disgusted beyond words
        """,
    },
    "angry": {
        1: """
            annoyed, irritated, displeased, grouchy, grumpy, irked, miffed, peeved, cross, cranky, testy,
            impatient, crabby, vexed, tetchy, disgruntled, snappish, irritable, moody, sulky, bothered, huffy,
            grudging, touchy, nettled, short-tempered, ticked off, put out, dissatisfied, bad-tempered,
            ill-tempered, curmudgeonly, prickly, peevish, petulant, petty, whiny, critical, turbulent, judgmental,
            surly, sour-tempered, crotchety
        """,
        2: """
            angry, resentful, frustrated, bitter, hostile, mad, indignant, aggressive, hateful, vengeful,
            spiteful, menacing, threatening, fuming, heated, irate, aggravated, malicious, hot under the collar,
            belligerent, up in arms, ominous, accusing, accusatory, pugnacious, sore, offended, jealous, envious,
            antagonistic, venomous, fed up, steamed, confrontational, defiant, combative, hot-headed, vindictive,
            riled up, rude, rebellious, bullying, intimidating, cruel, nasty, brutal, mad as a hatter
        """,
        3: """
            exasperated, outraged, furious, wrathful, enraged, livid, incensed, infuriated, seething, boiling,
            irascible with rage, mad as hell, hopping mad, seeing red, beside herself with rage, beside himself
            with rage, boiling with rage, at boiling point, murderous, apoplectic, foaming at the mouth, blind
            with rage, white with rage, purple with rage, red with anger, ready to explode, about to explode, out
            for blood, thunderous, ferocious, savage, burning with anger, spitting mad, ready to kill,
            blood-boiling, bloodthirsty, berserk
        """,
    },
    "contempt": {
        1: """
            mildly contemptuous, mildly scornful, mildly disdainful, snooty, aloof, snobbish, dismissive,
            stuck-up, derogatory
        """,
        2: """
            contemptuous, scornful, disdainful, derisive, haughty, condescending, patronizing, disrespectful,
            supercilious, arrogant, snide, imperious, belittling, withering, high and mighty, mocking, taunting,
            jeering, superior, snotty, insolent, snobby, bossy, imposing
        """,
        3: """
            extremely contemptuous, extremely scornful, extremely disdainful, dripping with contempt, full of
            utter scorn, dripping with disdain
        """,
    },
    "amused": {
        1: "slightly amused, half-amused, mildly amused, tickled",
        2: "amused, entertained, humorous, jokey, in good humor, witty, facetious, droll, jocular",
        3: """
            in stitches, in hysterics, doubled over laughing, hilarious, cracking up, hysterical with laughter, in
            fits of laughter
        """,
    },
    "ashamed": {
        1: """sheepish, chastened, self-conscious, apologetic, contrite, abashed, chagrined""",
        2: "ashamed, embarrassed, guilty, red-faced, guilt-ridden, shamefaced, conscience-stricken, penitent",
        3: "mortified, humiliated, dying of shame, wishing the ground would swallow her, disgraced",
    },
    "awed": {
        1: "impressed, admiring, reverent, respectful",
        2: "awed, fascinated, enchanted, captivated, starry-eyed, mesmerized, dazzled, spellbound, enthralled",
        3: "awestruck, awe-struck, full of overwhelmed with transfixed",
    },
    "bored": {
        1: """
            uninterested, disinterested, listless, indifferent, apathetic, jaded, unenthusiastic, blase, lukewarm,
            unengaged
        """,
        2: "bored, weary of it all, uninspired, lethargic, disengaged, lackadaisical, dull-eyed, glassy-eyed",
        3: """
            bored stiff, bored to tears, bored to death, bored out of her mind, bored out of his mind, dying of
            boredom
        """,
    },
    "confused": {
        1: """puzzled, uncertain, unclear, quizzical, slightly lost, undecided, ambivalent, torn between two minds""",
        2: """
            confused, perplexed, baffled, bewildered, bemused, mystified, disoriented, muddled, lost and confused,
            befuddled, stumped
        """,
        3: "utterly confused, all at sea, discombobulated, confounded, dazed",
    },
    "curious": {
        1: "interested, attentive, engaged, mildly curious",
        2: """
            curious, intrigued, inquisitive, inquiring, nosy, all ears, alert, expectant, questioning, absorbed,
            engrossed, involved, hypnotized, entranced
        """,
        3: "burning with curiosity, riveted",
    },
    "determined": {
        1: """
            focused, assertive, confident, self-assured, earnest, decisive, purposeful, empowered, valiant,
            overconfident, honest, frank
        """,
        2: """
            determined, piercing, resolute, concentrated, strong-willed, intent, steadfast, unwavering, brave,
            courageous, bold, insistent, stubborn, obstinate, fearless, tenacious, persistent, headstrong, daring,
            heroic, ambitious
        """,
        3: "fiercely determined, steely, unyielding, hell-bent, unstoppable, iron-willed",
    },
    "flirty": {
        1: "charming, inviting, charmed",
        2: """
            flirty, flirtatious, seductive, coquettish, sultry, coy, sexy, alluring, come-hither, provocative,
            enticing, bewitching, aroused, ardent, passionate
        """,
        3: "lustful, steamy, smoldering, desirous",
    },
    "manic": {
        1: """hyper, overexcited, zany, buzzing, wired, tipsy""",
        2: """
            manic, crazy, crazed, wild, deranged, unhinged, frenzied, maniacal, frantic, wild-eyed, loony, drunk,
            stoned
        """,
        3: "insane, out of her mind, out of his mind, raving mad, stark raving mad, hysterical, demented",
    },
    "mischievous": {
        1: """impish, cheeky, naughty, roguish, sassy""",
        2: """
            mischievous, sly, scheming, wicked, devious, crafty, cunning, conspiratorial, puckish, sneaky,
            rascally, foxy
        """,
        3: """diabolical, devilish, villainous, evil, sinister, fiendish, sadistic, creepy, eerie""",
    },
    "pain": {
        1: """uncomfortable, achy, unwell, ailing, sick, dizzy, feverish, itchy, hungover""",
        2: "pained, in pain, suffering, aching, wincing, hurting, injured, stung",
        3: """
            in agony, in excruciating pain, tortured, writhing in pain, racked with pain, in terrible pain, in
            severe pain
        """,
    },
    "pleading": {
        1: """needy, clingy, dependent""",
        2: "pleading, imploring, beseeching, begging, puppy-eyed, doe-eyed, entreating, supplicating",
        3: "begging for mercy, begging on her knees, begging on his knees",
    },
    "proud": {
        1: "self-satisfied, dignified, self-respecting, accomplished",
        2: "proud, honored, victorious, boastful, vain, puffed up, majestic, regal, noble",
        3: "bursting with pride, proud as a peacock, swelling with pride, gloriously proud",
    },
    "relieved": {
        1: "reassured, comforted, eased, unburdened, soothed",
        2: "relieved, off the hook, consoled",
        3: "immensely relieved, weak with relief",
    },
    "sarcastic": {
        1: "ironic, ironical, wry, tongue-in-cheek",
        2: "sarcastic, sardonic, cynical, caustic, acerbic, snarky",
        3: "bitingly sarcastic, scathing, dripping with sarcasm",
    },
    "shy": {
        1: """modest, demure, reserved, retiring, unassuming, submissive, obedient, innocent, naive""",
        2: """
            shy, bashful, blushing, coyly shy, timorous, awkward, flustered, introverted, diffident, meek, humble,
            servile
        """,
        3: "painfully shy, mousy",
    },
    "skeptical": {
        1: "dubious",
        2: "skeptical, doubtful, unconvinced, doubting, quizzically doubtful",
        3: "not buying it",
    },
    "smug": {
        1: "complacent, self-pleased, knowing",
        2: """
            smug, cocky, conceited, smirking, gloating, self-righteous, pompous, full of himself, full of herself,
            pretentious, self-important, holier-than-thou
        """,
        3: "insufferably smug, like the cat that got the cream, utterly smug",
    },
    "stern": {
        1: "serious, formal, solemn, no-nonsense, sober-faced, curt",
        2: """
            stern, strict, severe, cold, grim, harsh, authoritative, icy, frosty, hard-faced, uncompromising,
            steely-eyed, commanding, unforgiving, tight-faced, flinty
        """,
        3: "forbidding, merciless, ruthless, stony, pitiless, unrelenting",
    },
    "strained": {
        1: "stressed, pressured, effortful, under pressure",
        2: """
            strained, straining, stressed out, out of breath, breathless, panting, struggling, harried, frazzled,
            at the end of her tether, at the end of his tether, winded
        """,
        3: "at breaking point, pushed to the limit, gasping for air, straining every muscle",
    },
    "suspicious": {
        1: "guarded, watchful, wary-eyed, on guard",
        2: "suspicious, distrustful, mistrustful, leery, paranoid",
        3: "full of suspicion",
    },
    "tender": {
        1: """
            kind, gentle, soft-hearted, mild-mannered, sweet, warm, compassionate, understanding, caring,
            motherly, fatherly, kindly, considerate, nurturing, protective, patient, tolerant, forgiving,
            soothing, reassuring, comforting
        """,
        2: """
            tender, loving, affectionate, sympathetic, warmhearted, warm-hearted, fond, romantic, devoted,
            empathetic, tenderhearted, touched, in love
        """,
        3: "head over heels in love, lovestruck, adoring, besotted, smitten, madly in love",
    },
    "thoughtful": {
        1: "reflective, absent-minded, preoccupied, distracted, musing",
        2: """
            thoughtful, pensive, contemplative, deep in thought, lost in thought, meditative, pondering,
            introspective, ruminative, brooding
        """,
        3: "sunk in thought, miles away, utterly absorbed",
    },
    "tired": {
        1: "sleepy, weary, drowsy, dozy, languid, bleary-eyed, heavy-eyed, half-asleep, groggy, faint",
        2: """
            tired, fatigued, worn out, run down, sluggish, run-down, drained, spent, wiped out, spaced-out,
            depleted
        """,
        3: """
            exhausted, dead tired, dog tired, ready to drop, dead on her feet, dead on his feet, knackered, burnt
            out, burned out, falling asleep, about to fall asleep, shattered with tiredness
        """,
    },
    "wistful": {
        1: "dreamy, faraway",
        2: "wistful, nostalgic, longing, yearning, bittersweet, sentimental, plaintive",
        3: "full of longing, aching with nostalgia, full of nostalgia",
    },
}

NOUNS: Final[dict[str, dict[int, str]]] = {
    "neutral": {1: "calm, calmness, composure, neutrality, serenity, equanimity, stoicism, detachment", 2: "", 3: ""},
    "happy": {
        1: "satisfaction, contentment, good humor, good spirits, gratification, pleasure, optimism, hope, goodwill",
        2: """
            happiness, joy, delight, cheer, gladness, enthusiasm, glee, merriment, gaiety, excitement,
            cheerfulness, mirth, gratitude, jollity, joviality, enjoyment, zest, zeal, thrill, enthrallment
        """,
        3: "ecstasy, elation, euphoria, jubilation, bliss, rapture, exultation, exhilaration, pure joy, triumph",
    },
    "sad": {
        1: """
            regret, disheartenment, low spirits, loneliness, remorse, melancholy mood, alienation, isolation,
            neglect, rejection, helplessness
        """,
        2: "sadness, gloom, unhappiness, disappointment, melancholy, dejection, dismay, the blues, depression",
        3: """
            grief, despair, sorrow, anguish, misery, heartbreak, heartache, desperation, desolation, mourning,
            devastation, woe
        """,
    },
    "surprised": {
        1: "mild surprise",
        2: "surprise, alarm, disbelief, incredulity",
        3: "shock, amazement, astonishment, stupefaction, stunned silence",
    },
    "fear": {
        1: """
            insecurity, anxiety, nervousness, tension, jitters, hesitation, hesitancy, agitation, turmoil, concern
        """,
        2: "fear, fright, worry, uneasiness, apprehension, trepidation, dread, distress, foreboding, unease",
        3: "terror, panic, horror, mortal fear, mortal terror",
    },
    "disgusted": {
        1: "distaste, aversion, mild disgust, disapproval, dislike",
        2: "disgust, revulsion, repugnance, nausea",
        3: "loathing, repulsion, abhorrence, utter disgust",
    },
    "angry": {
        1: """
            annoyance, irritation, displeasure, impatience, bad temper, bad mood, discontent, aggravation,
            vexation
        """,
        2: """
            anger, resentment, frustration, bitterness, hostility, indignation, aggression, hatred, hate, menace,
            spite, malice, venom, temper, jealousy, envy, defiance, animosity, ferocity
        """,
        3: "fury, rage, wrath, outrage, exasperation, blind rage, murderous rage, ire",
    },
    "contempt": {
        1: "mild contempt, condescension, snobbery, aloofness",
        2: "contempt, scorn, disdain, derision, mockery, arrogance, haughtiness, disrespect, ridicule",
        3: "utter contempt, withering scorn, extreme disdain",
    },
    "amused": {1: "mild amusement", 2: "amusement, humor, hilarity", 3: "uncontrollable laughter, fits of laughter"},
    "ashamed": {
        1: "sheepishness, contrition",
        2: "shame, embarrassment, guilt",
        3: "mortification, humiliation, deep shame",
    },
    "awed": {1: "admiration, respect, reverence", 2: "awe, fascination, wonderment", 3: "pure awe"},
    "bored": {1: "disinterest, apathy, listlessness, indifference", 2: "boredom, tedium, ennui", 3: "utter boredom"},
    "confused": {
        1: "puzzlement, uncertainty",
        2: "confusion, perplexity, bewilderment, bafflement",
        3: "complete confusion",
    },
    "curious": {1: "interest", 2: "curiosity, intrigue, anticipation, inquisitiveness", 3: "burning curiosity"},
    "determined": {
        1: "confidence, focus, assertiveness, self-assurance",
        2: "determination, concentration, courage, stubbornness, conviction, bravery, willpower, resolution",
        3: "fierce determination, iron will",
    },
    "flirty": {1: "charm", 2: "flirtation, seduction, flirtatiousness, coquetry", 3: "lust, desire, passion"},
    "manic": {1: "overexcitement", 2: "mania, madness, frenzy, craziness", 3: """insanity, hysteria"""},
    "mischievous": {1: "cheekiness, impishness", 2: "mischief, wickedness, cunning, slyness", 3: "evil, villainy"},
    "pain": {1: "discomfort", 2: "pain, suffering, ache", 3: "agony, torment, excruciating pain, torture"},
    "pleading": {1: "neediness", 2: "entreaty, supplication", 3: "desperate pleading"},
    "proud": {1: "dignity", 2: "pride, glory, vanity", 3: "boundless pride"},
    "relieved": {1: "reassurance, comfort", 2: "relief", 3: "immense relief"},
    "sarcastic": {1: "irony, wryness", 2: "sarcasm, cynicism", 3: "biting sarcasm"},
    "shy": {1: "modesty, reserve", 2: "shyness, bashfulness, timidity, awkwardness", 3: "painful shyness"},
    "skeptical": {1: "slight doubt", 2: "doubt, skepticism", 3: "deep skepticism"},
    "smug": {
        1: "complacency",
        2: "smugness, conceit, self-righteousness, smug satisfaction, self-satisfaction",
        3: "insufferable smugness",
    },
    "stern": {
        1: "seriousness, gravity, solemnity",
        2: "sternness, severity, strictness, harshness, coldness",
        3: "ruthlessness, cruelty",
    },
    "strained": {1: "pressure", 2: "strain, stress, effort, exertion", 3: "extreme effort"},
    "suspicious": {1: "caution", 2: "suspicion, distrust, mistrust, paranoia", 3: "deep suspicion"},
    "tender": {
        1: """kindness, gentleness, warmth, sweetness, pity""",
        2: """tenderness, love, affection, sympathy, compassion, fondness, empathy, attraction, sentimentality""",
        3: "adoration, infatuation",
    },
    "thoughtful": {
        1: "reflection",
        2: "contemplation, thoughtfulness, deep thought, meditation",
        3: "utter absorption",
    },
    "tired": {1: "sleepiness, weariness, drowsiness", 2: "tiredness, fatigue", 3: "exhaustion"},
    "wistful": {1: "dreaminess", 2: "wistfulness, nostalgia, longing, yearning", 3: "aching nostalgia"},
}

VERBS: Final[dict[str, dict[int, str]]] = {
    "neutral": {1: "", 2: "", 3: ""},
    "happy": {
        1: "enjoy, appreciate",
        2: """
            cheer, celebrate, light up, brighten, cheer up, glow with joy, sing with joy, brim with joy, tingle
            with joy, gush, glow with delight
        """,
        3: "rejoice, exult, jump for joy, whoop, glow with happiness",
    },
    "sad": {
        1: "sigh, regret, mope, miss someone",
        2: "whimper, sniffle, snivel, choke up, well up, lament, ache with sadness, bemoan, wail softly",
        3: """
            cry, sob, weep, mourn, grieve, despair, wail, bawl, break down, fall apart, burst into tears, keen
            with grief, break down crying, break down in tears
        """,
    },
    "surprised": {
        1: "",
        2: "startle, gasp, be caught by surprise, jump in surprise",
        3: "be struck dumb, goggle, shock, astound",
    },
    "fear": {
        1: "worry, fret, hesitate, falter, stammer, stutter, fidget, dither",
        2: "fear, dread, shudder, quake, cower, recoil, quail, tremble with fear, shake with fear",
        3: "panic, shriek, freak out, scream in fear, scream in terror, recoil in horror",
    },
    "disgusted": {
        1: "dislike",
        2: "gag, retch, shudder with disgust, detest, turn up nose",
        3: "loathe, abhor, throw up, vomit",
    },
    "angry": {
        1: "grumble, complain, sulk, bristle, nag, grouse, huff, tut, whine, gripe, mutter angrily",
        2: """
            growl, hate, scold, threaten, fume, accuse, snap, bark, hiss, resent, argue, berate, protest,
            lash out, reprimand, tell off, quarrel
        """,
        3: """
            rage, seethe, boil with anger, explode, roar, rant, lose temper, blow up, blow top, see red, fly into
            rage, storm, curse, lose it, hit the roof, erupt, go ballistic, go berserk, bellow
        """,
    },
    "contempt": {
        1: "dismiss, belittle",
        2: """
            scoff, scorn, mock, jeer, ridicule, disdain, look down nose, look down on, taunt, despise, patronize,
            deride
        """,
        3: "",
    },
    "amused": {1: "", 2: "joke, jest, kid around, quip", 3: "crack up"},
    "ashamed": {1: "", 2: "blush, blush with shame, hang head in shame", 3: ""},
    "awed": {1: "admire", 2: "marvel, fascinate", 3: ""},
    "bored": {1: "lose interest", 2: "drone, zone out, tune out", 3: ""},
    "confused": {1: "", 2: "not understand, lose thread, scratch head, not follow, not get it, make no sense", 3: ""},
    "curious": {1: "listen attentively", 2: "inquire, prick up ears", 3: ""},
    "determined": {1: "concentrate, focus", 2: "insist", 3: ""},
    "flirty": {1: "", 2: "flirt, seduce, bat eyelash, bat eyelid, tease flirtatiously, make eyes at", 3: ""},
    "manic": {1: "", 2: "rave", 3: "cackle madly, go mad, lose mind"},
    "mischievous": {1: "tease", 2: "scheme, plot, be up to something, be up to no good, cackle", 3: ""},
    "pain": {1: "ache", 2: "suffer, hurt, groan, moan, yelp", 3: "writhe"},
    "pleading": {1: "", 2: "plead, beg, implore, beseech, entreat", 3: ""},
    "proud": {1: "", 2: "boast, brag, swell with pride, glow with pride", 3: ""},
    "relieved": {1: "", 2: "breathe a sigh of relief, sigh with relief, breathe easy, relax with relief", 3: ""},
    "sarcastic": {1: "", 2: "", 3: ""},
    "shy": {1: "", 2: "shy away", 3: ""},
    "skeptical": {1: "", 2: "doubt, disbelieve, take with a grain of salt, take with a pinch of salt", 3: ""},
    "smug": {1: "", 2: "gloat", 3: ""},
    "stern": {1: "", 2: "admonish", 3: ""},
    "strained": {1: "", 2: "strain, struggle, strive, exert, pant", 3: ""},
    "suspicious": {1: "", 2: "suspect, distrust, mistrust", 3: ""},
    "tender": {1: "comfort", 2: "love, adore, cherish, sympathize, dote", 3: ""},
    "thoughtful": {
        1: "",
        2: "ponder, muse, contemplate, meditate, mull over, reminisce",
        3: "",
    },
    "tired": {1: "doze, drift off", 2: "nod off", 3: ""},
    "wistful": {1: "daydream", 2: "long for, yearn, pine", 3: ""},
}

CUES: Final[dict[str, str]] = {
    "happy": """
        birthday, party, celebration, celebratory, holiday, vacation, christmas, victory, lottery,
        jackpot, sunshine, rainbow, puppy, good news, great news, wonderful news, promotion, wedding, laughter,
        won, dancing, twirl, sparkle, twinkle, sunny day, hooray, yay, hurrah, wonderful, fantastic,
        marvelous, heaven, radiance
    """,
    "sad": """
        funeral, died, farewell, goodbye, tear, tears, rain, breakup, divorce, bad news, tragedy,
        tragic, loss, lost someone, orphan, widow, mourner, broken heart, lonely street, defeat, defeated, hollow,
        empty, lifeless, broken, sobs, heavy heart, wilted, droop, quivering voice, lump in throat, tear-stained,
        graveside, empty house
    """,
    "surprised": """
        unexpected, unexpectedly, out of the sudden noise, bolt from the jaw-dropping, unbelievable, magic plot
        twist, revelation, gasp, whoa, wow, surprise party
    """,
    "fear": """
        spider, snake, ghost, monster, nightmare, dangerous, intruder, gunpoint, gun, darkness, haunted
        house, cliff, dentist, exam, threat, horror film, horror movie, burglar, stalker, chill,
        chills, shivers, shiver, cold sweat, predator, hunted, prey
    """,
    "disgusted": """
        rotten, rotting, stench, stink, stinks, stinky, foul smell, bad smell, sewage, garbage, trash, vomit,
        maggot, cockroach, sour milk, spoiled milk, moldy, mold, lemon, bad taste, foul, gross, yuck, eww, ew,
        slime, slimy, filth, filthy, nasty, putrid, vile, gag reflex, dirty sock, rancid, spoiled
        food, cabbage
    """,
    "angry": """
        betrayed, betrayal, insulted, insult, injustice, traffic jam, enemy, revenge, fist, yell, shout,
        screaming at, stormy, storm, explosive, fiery, burning, volcano, thunder, blood boil, temper flares,
        growling, snarling, darkly, cheated, warlike
    """,
    "contempt": "peasant, beneath him, beneath her, unworthy, inferior, loser, pathetic",
    "amused": "comedy, prank, punchline, comedian, funny story",
    "ashamed": """
        caught red-handed, flushed cheek, cheek flush, flushed, caught cheating, faux pas, caught lying, tripped
        in public
    """,
    "awed": "starry sky, fireworks, cathedral, masterpiece, miracle, sunset, northern lights, breathtaking",
    "bored": "waiting room, long lecture, dull, endless meeting, tedious, monotonous, queue, monotone",
    "confused": "riddle, puzzle, foreign language, maze, quantum physics",
    "curious": "mystery, keyhole, rumor, gossip",
    "determined": "finish line, mission, battle, challenge, warrior",
    "flirty": "kiss, lover, crush, bedroom eyes",
    "manic": "mad scientist, joker, asylum",
    "mischievous": "devil, imp, fox, villain",
    "pain": """
        headache, toothache, injury, stubbed toe, stab, migraine, throb, throbbing, cramp, punch in the gut,
        kicked in the shin
    """,
    "pleading": "mercy, puppy dog eyes, puppy eyes",
    "proud": "medal, award, trophy, graduation, achievement, accomplishment",
    "relieved": "phew, narrow escape, false alarm",
    "tender": "baby, newborn, kitten, lullaby, hug, embrace, cuddle, sweetheart",
    "thoughtful": "chess, memories",
    "tired": """
        all-nighter, night shift, long day, marathon, sleepless, sleepless night, early morning, jet
        lag
    """,
    "wistful": "old photograph, childhood, old love, the old days",
    "stern": "judge, headmaster, drill sergeant",
    "strained": "weightlifting, heavy weight, constipated, barbell, lifting weights",
    "suspicious": "detective, interrogation, alibi",
    "shy": "first stage fright",
}
"""Situations and images that suggest an emotion, read only where the text names none."""
