"""Common words that mean nothing in the facts tables: material for copying, spelling and patterns, so that those work with any word."""

WORDS = tuple(
    """
    able accident account actually added address advantage advice affair affection afternoon afterward agreeable agreed
    allow allowed almost alone aloud already also although amiable among anger angry animal animals answer answered
    answers antonym anxiety anxious anxiously anybody anyone anything anywhere appear appeared arms arrived ashamed asking
    assistant assure attention aunt away awful backwards bank beast beat beautiful beauty became become becomes beginning
    begun behaviour behind believe believed belong bent beside besides best better beyond biggest birthday blood blow boat
    body boots born bound brains branch branches breakfast breath brief bright bringing broad broken brook brother bullet
    burst business buys calling capital capitals care careful carefully carriage cart case category cause certain
    certainly chance change changed character charge charming cheeks cheerful chin clear clever climb climbed clothes coal
    colour comes comfort coming commas common companion company complete confess consider continued convinced cool corner
    cost count courage course cousin covered creature creatures credit cross crying curiosity curious dancing danger dare
    dared darkness dashes daughter daughters deal dear decided decidedly declared deeply delight delighted desire despair
    different dinner direction distance doing done doubt dozen drawing drawn draws dreadful dressed dressing driven
    driving drop dropped dull during dust duty each eager eagerly earth easily eats edge effect either elegant elephants
    ended engaged enjoy enjoyed enough entered entirely ever every everybody everyone evidently examples excellent excited
    exclaimed excuse expect expected explain explained face faces fact facts fair fallen fancy farther fashion father
    fault favourite fear feeling feelings fellow fever field fields figure filled film finding finds fine finger fingers
    finished fire firmly fixed flat floor flung flying follow followed following follows fond food foolish forehead
    forever forgive forgotten form former fortune forward free fresh friendly friends fruit funny furniture further future
    garment gate gathered general generally gentle gentleman gentlemen gently gets getting given giving glad glance
    glanced goats goes going golden gone grand grateful grave gravely great greater ground group growing grown guess hair
    hall handle handsome hanging happen happened happens happiness hardly harm hastily haven heads health hearing hears
    heartily hearts helpful helps hers highest history holding hole home honest hope hoped hopes hoping hour hours human
    hundred hungry hurt husband idea imagine important indeed inquired insect instant instantly instead interest invented
    item items itself join joined jolly journey jungle keeping kindly kindness kiss kissed knees knowing knowledge known
    knows laid land lane language large largest later latter laughing laughter leaned leaning learn learned least leaving
    legs length lessons lifted likely line lines lips list listen listened listening lists little lively living locked
    lonely longer longest looking looks loses loss lovely loves loving lucky lying makes making manage managed manner
    manners marriage married marry master match matter matters mean meaning means meeting mention merely merry metal
    middle miles million mind mine minister minus minute minutes miserable miss mistake mistress model moment money month
    months mouth moving myself named natural naturally nature nearer nearly necessary neck neither nervous nest news
    newspaper next nice noble nobody noise none nonsense noon note nothing notice noticed number numbered numbers object
    obliged observed occasion occur occurred offended offer offered office often oldest ones opening opinion opposite
    order ordered orders others ought ourselves pace pain painted pair pale papers pardon parlor part pass passage passed
    passing past path patience pattern pause peace perfect perfectly perhaps pick picked pictures piece pieces pity place
    placed places plain playing plays pleasant please pleased pleasure plenty plural plus point pointed police possible
    pounds power practice praise pray present presently pretty prevent previous price pride private probably project
    promise promised proper proud pulled purpose pushed puts putting puzzled queer question questions quickly quietly
    quite quotes race railway rate rather reach reached reading ready real reason receive received regard regular rein
    relief remain remained remark remarked remember repeated reply resolved respect rest return returned reverse rolled
    roof rooms roses running rushed sake satisfied save saying says scarcely scene seals seat second secret seeing seem
    seemed seems seen sees seldom self sense sensible sentence sentences separated serious servant servants settle settled
    several shake shaking shape share shared shining shoes shook shortest shoulders shouted show showed shut sick side
    sides sigh sighed sight sign silence silent silk silly simply since singing single sister sisters sitting situation
    size slight slipped slowly smallest smiling smoke society softly somehow someone something sometimes somewhat
    somewhere soon sorrow sorry sorts soul sound sounded sounds speaking speech speed spell spelled spend spent spirit
    spirits spite splendid spoiled spoken sport spot sprang spread square stable stairs standing stared staring state
    station stay stayed steady step steps stick still stock straight strange stranger straw street strength stronger
    struck style subject success sudden suddenly suggested suit sunshine supper suppose surprise surprised tail taken
    takes taking tales talking taste team tears telling temper tender tense terrible thank thanks then therefore thing
    things thinking thinks third thoughts thousand throat thrown tied time times tiny tired today together tomorrow tone
    tongue tool touch touched toward towards town trade trained treat trouble troubled trust truth trying tunnel turn
    turned turning twenty twice type uncle unhappy unless upper upstairs used useful user usual vain vegetable vehicle
    view visit voices waiting walking wall walls wants warm watched watching waved ways weather wedding week weeks welcome
    well whenever whether whip whisper whispered whole wicked wild willing wise wish wished wishes within wonder wondered
    wonderful wondering wood woods word words working world worn worse worst worth writing written yard year years
    yesterday younger yours yourself youth
    """.split()
)
