"""The small world that the model knows: tables of facts and lists of words."""

OPPOSITES = tuple(
    tuple(pair.split("/"))
    for pair in """hot/cold big/small fast/slow high/low happy/sad light/dark old/young new/old up/down left/right
    open/closed full/empty wet/dry hard/soft rich/poor strong/weak early/late long/short wide/narrow thick/thin
    heavy/light clean/dirty loud/quiet good/bad right/wrong true/false first/last day/night summer/winter inside/outside
    front/back begin/end start/stop push/pull buy/sell give/take love/hate laugh/cry win/lose come/go above/below
    near/far always/never yes/no black/white sweet/sour brave/afraid cheap/expensive deep/shallow easy/difficult
    awake/asleep alive/dead sharp/blunt smooth/rough safe/dangerous many/few more/less before/after north/south east/west
    friend/enemy kind/cruel lazy/busy polite/rude simple/complicated tall/short top/bottom tight/loose in/out on/off""".split()
)
"""Word and opposite; asked in this direction only, so that every word has one answer."""

PLURALS = tuple(
    tuple(pair.split("/"))
    for pair in """cat/cats dog/dogs book/books tree/trees house/houses car/cars bird/birds apple/apples box/boxes
    fox/foxes bus/buses dish/dishes glass/glasses watch/watches church/churches baby/babies city/cities lady/ladies
    story/stories cherry/cherries berry/berries fly/flies country/countries party/parties boy/boys day/days key/keys
    monkey/monkeys toy/toys leaf/leaves knife/knives wolf/wolves wife/wives life/lives half/halves shelf/shelves
    thief/thieves loaf/loaves man/men woman/women child/children foot/feet tooth/teeth goose/geese mouse/mice ox/oxen
    person/people sheep/sheep deer/deer fish/fish potato/potatoes tomato/tomatoes hero/heroes piano/pianos photo/photos
    table/tables chair/chairs hand/hands eye/eyes ear/ears girl/girls king/kings queen/queens star/stars flower/flowers
    river/rivers hill/hills road/roads ship/ships horse/horses cow/cows duck/ducks egg/eggs door/doors window/windows
    garden/gardens letter/letters name/names brush/brushes bench/benches peach/peaches class/classes family/families
    puppy/puppies""".split()
)

PAST = tuple(
    tuple(pair.split("/"))
    for pair in """go/went see/saw eat/ate run/ran come/came take/took give/gave make/made find/found know/knew
    think/thought say/said tell/told get/got have/had do/did be/was begin/began break/broke bring/brought build/built
    buy/bought catch/caught choose/chose draw/drew drink/drank drive/drove fall/fell feel/felt fight/fought fly/flew
    forget/forgot grow/grew hear/heard hide/hid hold/held keep/kept leave/left lose/lost meet/met pay/paid read/read
    ride/rode ring/rang rise/rose sell/sold send/sent shine/shone sing/sang sit/sat sleep/slept speak/spoke stand/stood
    steal/stole swim/swam teach/taught throw/threw wake/woke wear/wore win/won write/wrote walk/walked talk/talked
    jump/jumped play/played look/looked help/helped like/liked love/loved move/moved close/closed open/opened
    call/called ask/asked want/wanted need/needed start/started stop/stopped plan/planned cry/cried try/tried
    carry/carried study/studied hurry/hurried cook/cooked laugh/laughed wash/washed work/worked wait/waited
    live/lived smile/smiled dance/danced cut/cut put/put""".split()
)

CATEGORIES = {
    "animal": "dog cat horse cow pig sheep goat lion tiger bear wolf fox rabbit mouse elephant monkey deer camel donkey giraffe",
    "bird": "eagle owl sparrow robin crow swan parrot penguin hawk dove",
    "fish": "salmon tuna shark trout cod herring",
    "insect": "ant bee fly wasp beetle butterfly moth mosquito",
    "fruit": "apple pear banana orange grape cherry lemon peach plum melon strawberry mango",
    "vegetable": "carrot potato onion cabbage pea bean spinach lettuce turnip pumpkin",
    "colour": "red blue green yellow purple brown black white pink grey",
    "country": "France Spain Italy Germany Japan China India Brazil Egypt Canada",
    "vehicle": "car bus train bicycle truck tram van motorcycle",
    "tool": "hammer saw spade drill axe screwdriver rake pliers",
    "instrument": "piano violin guitar flute drum trumpet harp cello",
    "flower": "rose tulip daisy lily violet sunflower daffodil orchid",
    "tree": "oak pine birch maple willow elm beech fir",
    "metal": "iron gold silver copper tin lead zinc steel",
    "drink": "tea coffee milk juice water lemonade beer wine",
    "garment": "shirt coat hat dress skirt sock scarf glove jacket trousers",
    "sport": "football tennis golf cricket hockey rugby swimming boxing",
    "month": "January February March April May June July August September October November December",
    "day": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "number": "one two three four five six seven eight nine ten",
    "piece of furniture": "table chair bed sofa desk wardrobe cupboard stool bench",
    "part of the body": "arm leg hand foot head nose ear knee elbow shoulder",
}
CATEGORIES = {name: tuple(items.split()) for name, items in CATEGORIES.items()}

CAPITALS = tuple(
    tuple(pair.replace("_", " ").split("/"))
    for pair in """France/Paris Spain/Madrid Italy/Rome Germany/Berlin Japan/Tokyo China/Beijing Russia/Moscow
    Egypt/Cairo Greece/Athens Portugal/Lisbon England/London Ireland/Dublin Scotland/Edinburgh Norway/Oslo
    Sweden/Stockholm Finland/Helsinki Denmark/Copenhagen Poland/Warsaw Austria/Vienna Hungary/Budapest Belgium/Brussels
    Netherlands/Amsterdam Switzerland/Bern Canada/Ottawa Cuba/Havana Peru/Lima Chile/Santiago Kenya/Nairobi
    India/Delhi Thailand/Bangkok Turkey/Ankara Iran/Tehran Iraq/Baghdad Australia/Canberra Brazil/Brasilia
    Mexico/Mexico_City Argentina/Buenos_Aires Iceland/Reykjavik Romania/Bucharest Bulgaria/Sofia Vietnam/Hanoi
    Ukraine/Kyiv Morocco/Rabat Jamaica/Kingston Nepal/Kathmandu""".split()
)

DAYS = CATEGORIES["day"]
MONTHS = CATEGORIES["month"]
NUMBER_WORDS = ("zero", *CATEGORIES["number"], "eleven", "twelve")

NAMES = tuple(
    """Ada Tom Anna Ben Clara David Emma Felix Grace Henry Ida Jack Kate Leo Mary Nina Oscar Paul Rosa Sam Tina Victor Wendy
    Alice Bruno Carl Dora Ella Frank George Helen Iris John Laura Martin Nora Otto Peter Ruth Simon Sarah Lucy Max Mia Theo
    Jane Robert Lily Hugo""".split()
)
COLOURS = CATEGORIES["colour"]
CITIES = tuple(city for _, city in CAPITALS if " " not in city)
ANIMALS = CATEGORIES["animal"]
THINGS = tuple(
    """apples books coins pencils eggs cards stamps shells marbles flowers cakes stones balls stars buttons keys letters toys
    nuts cups plates hats birds fish ducks pears oranges sweets boats trees""".split()
)
FOODS = ("bread", "soup", "rice", "cheese", "cake", "honey", "fish", "pie", "salad", "jam", "toast", "butter")
JOBS = ("teacher", "doctor", "baker", "farmer", "sailor", "painter", "nurse", "cook", "driver", "writer", "singer", "gardener")

SPELLED = tuple(
    """cat dog sun map pen cup hat box red bed top run sea ice egg arm leg ear toy key bus car cow pig hen fox owl bee ant tea
    book tree fish bird milk rain snow wind star moon ship road door room hand foot head nose bear wolf frog duck lion deer
    king ring song bell ball game rose leaf root seed corn rice salt soup cake gold iron rock sand lake hill farm barn wool
    apple grape lemon peach mango berry bread butter honey sugar plate spoon knife table chair bench clock watch light
    night river ocean beach storm cloud stone grass plant house horse sheep mouse tiger zebra snake eagle robin goose
    paper brush paint music piano flute drum green brown black white happy quick smile dance sleep dream heart brain
    garden flower forest winter summer spring autumn morning evening silver copper bridge castle market school teacher
    doctor farmer sailor window carpet basket bottle pocket button jacket rabbit monkey donkey spider turtle parrot
    orange cherry banana tomato potato carrot cheese pepper kitchen cottage village library picture blanket feather
    lantern candle mirror hammer ladder engine rocket planet island valley desert thunder rainbow mountain elephant
    umbrella sandwich hospital airplane notebook keyboard telescope butterfly chocolate crocodile strawberry""".split()
)
"""Words for work with letters. Written in quotes they are spelled letter by letter (see `tokenizer.py`)."""
