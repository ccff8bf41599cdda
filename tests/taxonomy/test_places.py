"""Which cities `read_cities` finds in place texts of every board, and their tiers."""

import copy

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from taxonomy._divisions import PLACES_FILE, build_divisions, divisions
from taxonomy.errors import JobAtlasError
from taxonomy.places import CITY_TIERS, city_tier, read_cities

DATA = yaml.safe_load(PLACES_FILE.read_text(encoding="utf-8"))

# County-level divisions at the end of 2024 by the Ministry of Civil Affairs; without 三沙's two districts.
COUNTY_LEVEL_DIVISIONS = {
    "北京": 16, "天津": 16, "河北": 167, "山西": 117, "内蒙古": 103, "辽宁": 100, "吉林": 60, "黑龙江": 121, "上海": 16,
    "江苏": 95, "浙江": 90, "安徽": 104, "福建": 84, "江西": 100, "山东": 136, "河南": 157, "湖北": 103, "湖南": 122,
    "广东": 122, "广西": 111, "海南": 23, "重庆": 38, "四川": 183, "贵州": 88, "云南": 129, "西藏": 74, "陕西": 107,
    "甘肃": 86, "青海": 44, "宁夏": 22, "新疆": 110,
}  # fmt: skip
# Cities that a province administers itself and that are no prefecture.
COUNTIES_OF_A_PROVINCE = {"河南": 1, "湖北": 4, "海南": 15, "新疆": 12}


@pytest.mark.parametrize(
    ("text", "cities"),
    [
        ("北京", "北京"),
        ("北京市-北京市", "北京"),
        ("广东省-深圳市", "深圳"),
        ("深圳·南山区", "深圳"),
        ("深圳·南山区·科技园", "深圳"),
        ("广东省深圳市南山区", "深圳"),
        ("内蒙古自治区呼和浩特市赛罕区", "呼和浩特"),
        ("广西壮族自治区-崇左市-凭祥市", "崇左"),
        ("上海浦东张江", "上海"),
        ("工作地址：北京市", "北京"),
        ("上海（可远程）", "上海"),
        ("北京中关村", "北京"),
        ("中国香港", "香港"),
        ("香港特别行政区", "香港"),
        ("台湾台北", "台北"),
        # lists
        ("北京/上海", "北京 上海"),
        ("北京、上海，广州;深圳|杭州", "北京 上海 广州 深圳 杭州"),
        ("北京市-北京市/广东省-深圳市/上海市-上海市", "北京 深圳 上海"),
        ("北京 上海 深圳", "北京 上海 深圳"),
        ("北京上海广州", "北京 上海 广州"),
        ("北京和上海", "北京 上海"),
        ("['北京', '上海']", "北京 上海"),
        ("北京/上海/北京", "北京 上海"),
        ("全国/北京", "北京"),
        ("迪拜/北京市", "北京"),
        ("深圳·南山区/宝安区", "深圳"),
        ("杭州·西湖区/滨江区", "杭州"),
        # districts and county-level cities
        ("浦东新区", "上海"),
        ("浦东", "上海"),
        ("海淀区", "北京"),
        ("昆山", "苏州"),
        ("江苏省昆山市", "苏州"),
        ("义乌市", "金华"),
        ("长沙县", "长沙"),
        ("彭水县", "重庆"),
        ("江干区", "杭州"),
        ("开平", "江门"),
        ("雄安新区", "保定"),
        ("苏州工业园区", "苏州"),
        ("西昌", "凉山"),
        # the same name twice
        ("朝阳", "朝阳"),
        ("辽宁朝阳", "朝阳"),
        ("北京·朝阳", "北京"),
        ("北京朝阳区", "北京"),
        ("长春·朝阳区", "长春"),
        ("大连·中山", "大连"),
        ("大连/中山", "大连"),
        ("中山", "中山"),
        ("吉林", "吉林"),
        ("吉林·长春", "长春"),
        ("吉林省长春市", "长春"),
        ("吉林省吉林市", "吉林"),
        ("吉林·船营区", "吉林"),
        ("海南省海口市", "海口"),
        ("青海省海南州", "海南州"),
        ("河北区", "天津"),
        ("黄山·黄山区", "黄山"),
        ("北京通州", "北京"),
        ("江苏南通·通州区", "南通"),
        ("南昌西湖区", "南昌"),
        ("浙江·西湖区", "杭州"),
        # streets
        ("广州·越秀·北京路", "广州"),
        ("上海南京东路", "上海"),
        # autonomous prefectures, leagues, province-administered
        ("凉山彝族自治州", "凉山"),
        ("恩施州", "恩施"),
        ("克孜勒苏柯尔克孜自治州", "克孜勒苏"),
        ("阿拉善盟", "阿拉善盟"),
        ("和田地区", "和田"),
        ("仙桃", "仙桃"),
        ("河南省-济源市", "济源"),
        ("石河子市", "石河子"),
        ("琼海", "琼海"),
        ("陵水黎族自治县", "陵水"),
        ("神农架林区", "神农架"),
        # English
        ("Beijing", "北京"),
        ("Shanghai, China", "上海"),
        ("Hangzhou, Zhejiang, China", "杭州"),
        ("Hong Kong SAR", "香港"),
        ("XI’AN", "西安"),
        ("Shenzhen/深圳", "深圳"),
        ("Beijing or Shanghai", "北京 上海"),
    ],
)
def test_reads(text, cities):
    assert read_cities(text) == cities.split()


@pytest.mark.parametrize(
    "text",
    [
        None, "", "·", "全国", "远程", "异地招聘", "国外", "广东省", "广东", "海南", "台湾", "新加坡", "Remote", "Singapore", "London",
        "朝阳区", "南山区", "江北区", "通州区", "高新区", "北京路", "南京东路", "中山公园", "东方明珠", "Shanghainese",
        "自治区直辖县级行政单位",
    ],
)  # fmt: skip
def test_names_no_city(text):
    assert read_cities(text) == []


def test_the_answer_may_be_changed_by_its_receiver():
    read_cities("北京").append("上海")
    assert read_cities("北京") == ["北京"]


@pytest.mark.parametrize(
    ("city", "tier"),
    [
        ("北京", "一线"),
        ("杭州", "一线"),
        ("郑州", "二线"),
        ("临汾", "三线"),
        ("兰州", "三线"),
        ("南昌", "其他"),
        ("凉山", "其他"),
    ],
)
def test_tiers_are_the_report_s(city, tier):
    assert city_tier(city) == tier


def test_the_tiers_have_the_report_s_sizes():
    sizes = [sum(tier == name for tier in divisions().tiers.values()) for name in CITY_TIERS]
    assert sizes == [5, 15, 35, 0]


def test_a_city_in_two_tiers_takes_the_first():
    data = copy.deepcopy(DATA)
    data["tiers"]["三线"] += " 杭州"
    assert build_divisions(data).tiers["杭州"] == "一线"


def test_the_list_has_as_many_divisions_as_the_ministry_counts():
    counts = {}
    for province, cities in DATA["divisions"].items():
        name = divisions().provinces[province]
        if name in COUNTY_LEVEL_DIVISIONS:
            counts[name] = sum(len((inside or "").split()) for inside in cities.values())
            counts[name] += COUNTIES_OF_A_PROVINCE.get(name, 0)
    assert counts == COUNTY_LEVEL_DIVISIONS


def test_the_list_has_all_333_prefecture_level_divisions():
    municipalities = {"北京", "天津", "上海", "重庆"}
    cities = sum(
        len(cities)
        for province, cities in DATA["divisions"].items()
        if divisions().provinces[province] in COUNTY_LEVEL_DIVISIONS.keys() - municipalities
    )
    assert cities - sum(COUNTIES_OF_A_PROVINCE.values()) == 333


@pytest.mark.parametrize("name", sorted(divisions().cities))
def test_every_spelling_of_every_city_names_it(name):
    assert read_cities(name) == [divisions().cities[name].name]


def test_every_district_with_its_city_names_the_city():
    wrong = [
        (city, district)
        for cities in DATA["divisions"].values()
        for city, inside in cities.items()
        for district in (inside or "").split()
        for text in (f"{city}{district}", f"{divisions().cities[city].name}·{district}", f"{city}-{district}")
        if read_cities(text) != [divisions().cities[city].name]
    ]
    assert wrong == []


def test_every_district_alone_is_its_city_or_ambiguous():
    alone = {
        district: holders for district, holders in divisions().districts.items() if district not in divisions().cities
    }
    assert {district: read_cities(district) for district in alone} == {
        district: [holder.name for holder in holders] if len(holders) == 1 else []
        for district, holders in alone.items()
    }


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda data: data["divisions"]["江西省"].update({"北京市": None}), "divisions: 北京市 is listed twice"),
        (lambda data: data["former"].update({"长安": "大兴"}), "former: 长安 is no city"),
        (lambda data: data["aliases"].update({"北平": "什刹海"}), "aliases: 北平 is no city"),
        (lambda data: data["english"].update({"东京": ["Tokyo"]}), "english: 东京 is no city"),
        (lambda data: data["tiers"].update({"一线": "北京 香河"}), "tiers: 香河 is no city"),
    ],
)
def test_contradictions_in_the_list_are_named(change, problem):
    data = copy.deepcopy(DATA)
    change(data)
    with pytest.raises(JobAtlasError, match=problem):
        build_divisions(data)


CITY_NAMES = sorted({city.name for city in divisions().cities.values()})


@given(
    st.lists(st.sampled_from(CITY_NAMES), min_size=1, max_size=6, unique=True),
    st.sampled_from(["、", ",", "，", ";", "|"]),
)
def test_lists_of_cities_round_trip(cities, between):
    full = {divisions().cities[name].name: name for name in divisions().full_names}
    assert read_cities(between.join(full.get(city, city) for city in cities)) == cities


@given(st.text(max_size=60) | st.text(alphabet="北京上海市区县省南山朝阳吉林长春中和或·-/、 ()路", max_size=20))
@example("北京" * 5_000)
@example("/" * 10_000)
def test_any_text_names_known_cities_or_none(text):
    cities = read_cities(text)
    assert set(cities) <= set(CITY_NAMES)
    assert len(set(cities)) == len(cities)
