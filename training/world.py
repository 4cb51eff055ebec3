"""What newcomers ask about the world first: colours, days, what things are. Sentences of plain words."""


def table(text: str) -> dict[str, str]:
    """Lines of `thing: its description`."""
    return dict(line.strip().split(": ", 1) for line in text.strip().splitlines())


DEFINED = table(
    """
    dog: A dog is an animal that barks and lives with people.
    cat: A cat is a small animal that catches mice.
    cow: A cow is a farm animal that gives milk.
    horse: A horse is a large animal that people ride.
    pig: A pig is a farm animal with a flat nose.
    sheep: A sheep is a farm animal that gives wool.
    lion: A lion is a big wild cat, an animal of Africa.
    tiger: A tiger is a big wild cat with stripes, an animal of Asia.
    elephant: An elephant is a very large animal with a long nose.
    mouse: A mouse is a very small animal with a long tail.
    rabbit: A rabbit is a small animal with long ears.
    wolf: A wolf is a wild animal like a dog.
    bird: A bird is an animal with wings and feathers.
    fish: A fish is an animal that lives in water.
    insect: An insect is a small animal with six legs.
    bee: A bee is an insect that makes honey.
    ant: An ant is a small insect that lives with many others.
    butterfly: A butterfly is an insect with large coloured wings.
    spider: A spider is a small animal with eight legs.
    snake: A snake is a long animal without legs.
    frog: A frog is a small green animal that jumps.
    animal: An animal is a living thing that can move and eat.
    plant: A plant is a living thing that grows in the ground.
    tree: A tree is a tall plant with a trunk and branches.
    flower: A flower is the coloured part of a plant.
    leaf: A leaf is a flat green part of a plant.
    fruit: A fruit is the sweet part of a plant that holds the seeds.
    vegetable: A vegetable is a plant that people eat.
    apple: An apple is a round fruit that grows on trees.
    banana: A banana is a long yellow fruit.
    orange: An orange is a round fruit with an orange skin.
    lemon: A lemon is a sour yellow fruit.
    carrot: A carrot is a long orange vegetable.
    potato: A potato is a vegetable that grows under the ground.
    bread: Bread is a food made of flour and water.
    cheese: Cheese is a food made from milk.
    butter: Butter is a soft yellow food made from milk.
    milk: Milk is a white drink that comes from cows.
    honey: Honey is a sweet food that bees make.
    sugar: Sugar is a sweet white food.
    salt: Salt is a white powder that is put on food.
    soup: Soup is a hot food that is eaten with a spoon.
    cake: A cake is a sweet food that is baked.
    egg: An egg is what a bird comes out of.
    water: Water is a clear liquid that all living things drink.
    ice: Ice is frozen water.
    snow: Snow is frozen water that falls from the sky.
    rain: Rain is water that falls from the clouds.
    cloud: A cloud is a mass of tiny drops of water in the sky.
    wind: Wind is air that moves.
    storm: A storm is very bad weather with strong wind and rain.
    fire: Fire is the heat and light of something that burns.
    air: Air is what we breathe.
    weather: Weather is the sun, rain and wind of a day.
    rainbow: A rainbow is an arch of colours in the sky.
    sun: The sun is the star that gives us light and heat.
    moon: The moon is the ball of rock that goes around the earth.
    earth: The earth is the planet on which we live.
    star: A star is a sun that is very far away.
    planet: A planet is a large ball that goes around a star.
    sky: The sky is what we see above us, with sun and clouds.
    sea: The sea is a very large body of salt water.
    ocean: An ocean is a very large sea.
    river: A river is a long stream of water that flows to the sea.
    lake: A lake is water with land all around it.
    island: An island is land with water all around it.
    mountain: A mountain is a very high hill.
    hill: A hill is a piece of high ground.
    forest: A forest is a place with many trees.
    desert: A desert is a dry place with little rain.
    garden: A garden is a piece of land where plants are grown.
    farm: A farm is a place where food is grown and animals are kept.
    village: A village is a small place where people live.
    city: A city is a large place where many people live.
    country: A country is a land with its own people and laws.
    capital: A capital is the chief city of a country.
    house: A house is a building in which people live.
    school: A school is a place where children learn.
    hospital: A hospital is a place where sick people are cared for.
    church: A church is a building where people pray.
    library: A library is a place with many books to read.
    shop: A shop is a place where things are sold.
    market: A market is a place where people buy and sell.
    castle: A castle is a large old building with strong walls.
    bridge: A bridge is a road over a river.
    road: A road is a way for cars and people.
    kitchen: A kitchen is a room where food is cooked.
    room: A room is a part of a house.
    door: A door is what you open to go into a room.
    window: A window is a piece of glass in a wall that lets in light.
    table: A table is a piece of furniture with a flat top.
    chair: A chair is a piece of furniture to sit on.
    bed: A bed is a piece of furniture to sleep in.
    book: A book is a set of pages to read.
    letter: A letter is a sign of the alphabet, or a message on paper.
    alphabet: An alphabet is the set of letters of a language.
    word: A word is a group of letters that means something.
    sentence: A sentence is a group of words that says something.
    number: A number is a word or a sign that says how many.
    noun: A noun is a word for a thing, a person or a place.
    verb: A verb is a word for what somebody does.
    adjective: An adjective is a word that says what a thing is like.
    story: A story is a tale of what happened to somebody.
    poem: A poem is a text in lines, often with rhymes.
    song: A song is music with words.
    question: A question is a sentence that asks for an answer.
    language: A language is the words that people speak and write.
    triangle: A triangle is a shape with three sides.
    square: A square is a shape with four equal sides.
    circle: A circle is a round shape.
    clock: A clock is a machine that shows the time.
    watch: A watch is a small clock that you wear.
    hour: An hour is sixty minutes.
    minute: A minute is sixty seconds.
    day: A day is twenty-four hours.
    week: A week is seven days.
    month: A month is a part of the year, about thirty days.
    year: A year is twelve months.
    winter: Winter is the coldest season of the year.
    summer: Summer is the warmest season of the year.
    spring: Spring is the season in which plants begin to grow.
    autumn: Autumn is the season in which the leaves fall.
    season: A season is one of the four parts of the year.
    night: Night is the time when it is dark.
    birthday: A birthday is the day on which somebody was born.
    king: A king is a man who rules a country.
    queen: A queen is a woman who rules a country.
    teacher: A teacher is a person who helps others to learn.
    doctor: A doctor is a person who helps sick people.
    nurse: A nurse is a person who cares for sick people.
    baker: A baker is a person who bakes bread.
    farmer: A farmer is a person who grows food and keeps animals.
    sailor: A sailor is a person who works on a ship.
    painter: A painter is a person who paints.
    cook: A cook is a person who makes food.
    driver: A driver is a person who drives a car.
    writer: A writer is a person who writes books.
    singer: A singer is a person who sings.
    gardener: A gardener is a person who works in a garden.
    thief: A thief is a person who steals.
    friend: A friend is a person whom you like and trust.
    child: A child is a young person.
    baby: A baby is a very young child.
    mother: A mother is a woman who has a child.
    father: A father is a man who has a child.
    brother: A brother is a boy who has the same parents.
    sister: A sister is a girl who has the same parents.
    uncle: An uncle is the brother of your mother or father.
    aunt: An aunt is the sister of your mother or father.
    family: A family is parents and their children.
    puppy: A puppy is a young dog.
    kitten: A kitten is a young cat.
    lamb: A lamb is a young sheep.
    heart: The heart is the part of the body that moves the blood.
    brain: The brain is the part of the body that thinks.
    eye: An eye is the part of the body with which we see.
    ear: An ear is the part of the body with which we hear.
    nose: The nose is the part of the body with which we smell.
    hand: A hand is the part of the body with five fingers.
    foot: A foot is the part of the body on which we stand.
    car: A car is a vehicle with four wheels and an engine.
    bus: A bus is a large vehicle for many people.
    train: A train is a vehicle that runs on rails.
    bicycle: A bicycle is a vehicle with two wheels.
    ship: A ship is a large boat that sails on the sea.
    boat: A boat is a small vehicle for the water.
    airplane: An airplane is a vehicle that flies.
    hammer: A hammer is a tool for driving nails.
    saw: A saw is a tool for cutting wood.
    knife: A knife is a tool for cutting.
    spoon: A spoon is a thing to eat soup with.
    key: A key is a thing that opens a lock.
    umbrella: An umbrella is a thing that keeps off the rain.
    piano: A piano is an instrument with black and white keys.
    guitar: A guitar is an instrument with six strings.
    music: Music is sound that is good to hear.
    gold: Gold is a yellow metal that costs a lot.
    silver: Silver is a white metal that costs a lot.
    iron: Iron is a hard grey metal.
    money: Money is what you buy things with.
    hat: A hat is a garment for the head.
    shirt: A shirt is a garment for the upper body.
    sock: A sock is a garment for the foot.
    football: Football is a sport with a ball and two teams.
    game: A game is something that you play.
    toy: A toy is a thing that children play with.
    ball: A ball is a round thing to play with.
    tea: Tea is a hot drink made with leaves.
    coffee: Coffee is a hot dark drink made from beans.
    dream: A dream is what you see while you sleep.
    computer: A computer is a machine that works with numbers and words.
    robot: A robot is a machine that does work by itself.
    language model: A language model is a program that writes text, word by word.
    token: A token is a piece of text, such as a word or a letter.
    prompt: A prompt is the text that is given to a model.
    JSON: JSON is a way to write data as text.
    telephone: A telephone is a machine to speak with people far away.
    paper: Paper is a thin thing to write on.
    pencil: A pencil is a thing to write with.
    """
)
"""What a thing is. The word itself is how it is asked for, with its article."""

COLOUR_OF = {
    thing: colour
    for colour, things in {
        "blue": "the sky,the sea,the ocean,a clear sky,a sapphire",
        "green": "grass,a leaf,a frog,spinach,a cucumber,a lettuce,an emerald,a pea,a crocodile,the leaves of a tree",
        "yellow": "a banana,the sun,a lemon,a canary,butter,a sunflower,a chick,cheese",
        "red": "blood,a tomato,a strawberry,a cherry,a fire engine,a ruby,a ripe strawberry,a stop sign,a rose",
        "white": "snow,milk,a swan,salt,sugar,chalk,rice,a polar bear,a snowman,cotton",
        "black": "coal,a raven,a crow,the night,night,ink,a black cat,pepper",
        "orange": "a carrot,an orange,a pumpkin",
        "brown": "chocolate,wood,coffee,a bear,earth,bread,a chestnut,soil",
        "grey": "an elephant,a mouse,a rain cloud,ash,a donkey",
        "pink": "a pig,a flamingo",
        "purple": "a violet,a plum,an aubergine,lavender",
    }.items()
    for thing in things.split(",")
}
MIXED = {("blue", "yellow"): "green", ("red", "yellow"): "orange", ("red", "blue"): "purple", ("red", "white"): "pink", ("black", "white"): "grey"}

SOUNDS = table("dog: bark\ncat: meow\ncow: moo\nsheep: baa\nduck: quack\npig: oink\nhorse: neigh\nlion: roar\nbee: buzz\nbird: tweet\nmouse: squeak\nfrog: croak\nwolf: howl\nsnake: hiss\nowl: hoot\ndonkey: hee-haw")
YOUNG = table("dog: puppy\ncat: kitten\ncow: calf\nsheep: lamb\nhorse: foal\nduck: duckling\npig: piglet\nlion: cub\nbear: cub\nhen: chick\ngoat: kid\nfrog: tadpole")
EATS = table("cow: grass\nhorse: grass and hay\nsheep: grass\nrabbit: carrots and grass\ncat: mice and fish\ndog: meat\nmouse: cheese and grain\nbird: seeds and insects\nlion: meat\nmonkey: bananas\nbear: honey and fish\npanda: bamboo\npig: nearly everything\nfrog: flies\nspider: flies\ngoat: grass")
LIVES = table("fish: in water\nbird: in a nest\nbee: in a hive\ncow: on a farm\nlion: in Africa\nfox: in the forest\nking: in a castle\ndog: with people\nspider: in a web\nbear: in the forest\npenguin: in the south, on the ice\ncamel: in the desert\nhorse: in a stable\npig: on a farm")
DOES = table("baker: bakes bread\ndoctor: helps sick people\nteacher: teaches children\nfarmer: grows food\nsailor: sails a ship\npainter: paints pictures\nnurse: cares for sick people\ncook: cooks food\ndriver: drives a car\nwriter: writes books\nsinger: sings songs\ngardener: works in a garden\nking: rules a country\nthief: steals things\nbee: makes honey\ncow: gives milk\nhen: lays eggs")
USED = table("hammer: to drive nails\nsaw: to cut wood\nknife: to cut things\nspoon: to eat soup\npen: to write\npencil: to write\nkey: to open a lock\numbrella: to keep off the rain\nclock: to see the time\nbed: to sleep\nchair: to sit\nbroom: to sweep the floor\noven: to bake\ncup: to drink\nlamp: to make light\nbook: to read\ncar: to drive\nsoap: to wash\nscissors: to cut paper\nspade: to dig")

AMOUNTS = {
    "7": "days are there in a week|days does a week have|days are in a week|days make a week|colours are in the rainbow|colours does a rainbow have|continents are there",
    "12": "months are there in a year|months does a year have|months are in a year|eggs are in a dozen|things are in a dozen|hours does a clock show",
    "24": "hours are there in a day|hours does a day have|hours are in a day",
    "60": "minutes are there in an hour|minutes does an hour have|minutes are in an hour|seconds are in a minute|seconds does a minute have|seconds are there in a minute",
    "365": "days are there in a year|days does a year have|days are in a year",
    "52": "weeks are there in a year|weeks does a year have|weeks are in a year",
    "26": "letters are there in the alphabet|letters does the alphabet have|letters are in the English alphabet|letters has the alphabet",
    "100": "cents are in a dollar|years are in a century|years does a century have|pennies are in a pound|centimetres are in a metre",
    "10": "fingers do you have on two hands|fingers does a person have|toes does a person have|years are in a decade|fingers do people have",
    "5": "fingers are on one hand|fingers does a hand have|vowels are there|toes are on a foot|senses do we have",
    "4": "legs does a dog have|legs does a cat have|legs does a cow have|legs does a horse have|legs does a table have|legs does a chair have|seasons are there|seasons are there in a year|seasons does a year have|wheels does a car have|wheels are on a car|sides does a square have|corners does a square have|legs does an elephant have|legs does a sheep have|weeks are in a month|legs does a lion have|legs does a mouse have|legs does a pig have|legs does a frog have|sides does a rectangle have|quarters are in a whole",
    "2": "legs does a bird have|legs does a person have|legs do you have as a human|wheels does a bicycle have|wheels does a bike have|eyes does a person have|ears does a person have|hands does a person have|wings does a bird have|halves are in a whole|legs does a duck have|legs does a chicken have|legs does a hen have|eyes does a cat have|eyes does a dog have|ears does a dog have|arms does a person have|legs do people have|eyes do people have|wheels does a motorcycle have",
    "3": "sides does a triangle have|corners does a triangle have|wheels does a tricycle have|primary colours are there|months are in a season|angles does a triangle have",
    "8": "legs does a spider have|legs does an octopus have|arms does an octopus have|planets are there|planets are in the solar system",
    "6": "legs does an insect have|legs does an ant have|legs does a bee have|legs does a fly have|legs does a beetle have|sides does a cube have|sides does a hexagon have|legs does a butterfly have|faces does a die have",
    "1": "noses does a person have|suns do we have|moons does the earth have|tails does a dog have|heads does a person have",
    "0": "legs does a snake have|legs does a fish have|wheels does a boat have|legs does a worm have",
    "30": "days does April have|days does June have|days does September have|days does November have|days are in April|days are in June|days are in September|days are in November",
    "31": "days does January have|days does March have|days does May have|days does July have|days does August have|days does October have|days does December have|days are in January|days are in March|days are in May|days are in July|days are in August|days are in October|days are in December",
    "28": "days does February have|days are in February",
}
"""How many ..."""

MORE_CAPITALS = table("the United States: Washington\nthe USA: Washington\nAmerica: Washington\nSouth Korea: Seoul\nIsrael: Jerusalem\nIndonesia: Jakarta\nthe Philippines: Manila\nCroatia: Zagreb\nSerbia: Belgrade\nLithuania: Vilnius\nPakistan: Islamabad\nNew Zealand: Wellington\nWales: Cardiff\nthe United Kingdom: London\nGreat Britain: London\nthe UK: London\nVenezuela: Caracas\nColombia: Bogota\nthe Czech Republic: Prague")

TRANSLATED = {
    "French": table("hello: bonjour\nthank you: merci\nyes: oui\nno: non\ngoodbye: au revoir\ncat: chat\ndog: chien\nwater: eau\nbread: pain\nhouse: maison\nred: rouge\nblue: bleu\none: un\ngood morning: bonjour\nplease: s'il vous plait"),
    "Spanish": table("hello: hola\nthank you: gracias\nyes: si\nno: no\ngoodbye: adios\ncat: gato\ndog: perro\nwater: agua\nbread: pan\nhouse: casa\nred: rojo\nblue: azul\none: uno\ngood morning: buenos dias\nplease: por favor"),
    "German": table("hello: hallo\nthank you: danke\nyes: ja\nno: nein\ngoodbye: auf Wiedersehen\ncat: Katze\ndog: Hund\nwater: Wasser\nbread: Brot\nhouse: Haus\nred: rot\nblue: blau\none: eins\ngood morning: guten Morgen\nplease: bitte"),
}
SINGLE = table(
    """
    the largest planet|the biggest planet: Jupiter
    the planet we live on|the name of our planet|our planet: Earth
    the closest star|the star nearest to us|the nearest star|the star in our solar system: the sun
    the largest ocean|the biggest ocean: the Pacific
    the largest animal|the biggest animal|the biggest animal in the world: the blue whale
    the tallest animal: the giraffe
    the fastest animal on land|the fastest land animal: the cheetah
    the highest mountain|the tallest mountain|the highest mountain in the world: Mount Everest
    the first letter of the alphabet|the letter at the start of the alphabet: a
    the last letter of the alphabet|the final letter of the alphabet: z
    the second letter of the alphabet: b
    the third letter of the alphabet: c
    the first month of the year|the first month: January
    the last month of the year|the last month|the final month of the year: December
    the second month of the year|the second month|the shortest month|the shortest month of the year: February
    the month of Christmas|the month with Christmas in it: December
    the third month of the year|the third month: March
    the fourth month of the year: April
    the fifth month of the year: May
    the sixth month of the year: June
    the seventh month of the year: July
    the eighth month of the year: August
    the ninth month of the year: September
    the tenth month of the year: October
    the eleventh month of the year: November
    the twelfth month of the year: December
    the first day of the week|the first working day: Monday
    the last day of the week|the last day of the weekend: Sunday
    the second day of the week: Tuesday
    the third day of the week: Wednesday
    the fourth day of the week: Thursday
    the fifth day of the week: Friday
    the first day of the weekend: Saturday
    the coldest season|the season with snow|the season after autumn|the season before spring: winter
    the warmest season|the hottest season|the season after spring|the season before autumn: summer
    the season after winter|the season before summer: spring
    the season after summer|the season before winter|the season in which leaves fall: autumn
    frozen water|the name for frozen water|the word for frozen water|the solid form of water: ice
    the language of England|the language spoken in England|the language we are speaking: English
    the language of France|the language spoken in France: French
    the language of Spain|the language spoken in Spain: Spanish
    the language of Germany|the language spoken in Germany: German
    the language of Italy|the language spoken in Italy: Italian
    the king of the animals|the king of the jungle: the lion
    the opposite of a king|the wife of a king|a female king: a queen
    the brother of your father|the brother of your mother: your uncle
    the sister of your mother|the sister of your father: your aunt
    the mother of your mother|the mother of your father: your grandmother
    the father of your father|the father of your mother: your grandfather
    the smallest prime number|the first even number: 2
    the chemical formula of water|the formula of water|the symbol for water: H2O
    the drink that cows give|the drink that comes from cows: milk
    the food that bees make|the sweet food from bees: honey
    """
)
"""Single things: ways to name each, with one answer."""
