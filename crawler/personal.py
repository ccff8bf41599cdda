"""Personal data in free text: phone numbers, mail addresses, chat ids and the names of contact persons.

Recruiters write them into descriptions. They are removed when a posting is read, before anything is stored.
"""

import re

_MARK = "\x00"  # stands where contact data stood until the words around it are tidied
_GAP = r"[ \-—·]"
# 11 digits that begin with 13 to 19, whole or in the usual groups (3-4-4, 3-3-5, 4-3-4, pairs): 15000-30000 is none.
_GROUPED = (rf"{_GAP}\d{{4}}{_GAP}\d{{4}}", rf"{_GAP}\d{{3}}{_GAP}\d{{5}}", rf"\d{_GAP}\d{{3}}{_GAP}\d{{4}}")
_MOBILE = rf"1[3-9]\d(?:\d{{8}}|{'|'.join(_GROUPED)}|(?:{_GAP}\d\d){{4}})"
_CHAT_ID = r"(?:[A-Za-z_][A-Za-z0-9_\-]{4,19}|\d{5,15})(?![A-Za-z0-9])"
_COLON = r"\s{0,2}[:：=]\s{0,2}"

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖"
    "石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章"
    "鲁岳翟申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤"
)
_NAME = rf"[{_SURNAMES}][\u4e00-\u9fff]{{0,2}}"

_WHOLE_NAME = rf"(?:[{_SURNAMES}][\u4e00-\u9fff]{{0,3}}(?![\u4e00-\u9fff])|[A-Za-z]+(?: [A-Za-z]+)?)"
_MAILBOX = r"[A-Za-z0-9._+\-]"
_AT = r"(?:@|＠|\s?[\[(（【]\s?at\s?[\])）】]\s?|#(?=[\w\-]+\.(?:com|cn|net)\b))"
_DOMAIN = r"[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,4}"

_NUMBER = re.compile(r"1[3-9]\d[\d \-—·]{8}|0\d{2,3}[)）\-—\s]|[48]00[\-—\s]")

# Before each pattern the words of which one, case folded, is in every text that it finds something in; no words where
# it finds numbers (`_NUMBER`). Most texts hold none of them, and to look for a word is much faster than for a pattern.
_CONTACTS = tuple(
    (frozenset(words.split()), re.compile(pattern, re.IGNORECASE))
    for words, pattern in (
        # Mail addresses, also written with a full-width @, [at], (at) or # in its place.
        ("@ ＠ at #", rf"(?<!{_MAILBOX}){_MAILBOX}{{1,64}}{_AT}{_DOMAIN}"),
        # 微信号abc123, 微信：abc123, 加微信 abc123, vx abc12345. A bare 微信 before a word speaks of the product.
        (
            "微信 weixin wechat 薇信",
            rf"(?:微信|weixin|wechat|薇信)\s?(?:号|id)(?:{_COLON}|\s?[是为]\s?|\s?){_CHAT_ID}",
        ),
        (
            "微信 weixin wechat 薇信 v信 vx wx",
            rf"(?:微信|weixin|wechat|薇信|V信|(?<![a-z])[vw]x){_COLON}{_CHAT_ID}",
        ),
        ("加", rf"加(?:我|HR)?的?(?:微信|V信|[vw]x|v)\s{{0,2}}{_CHAT_ID}"),
        ("微信 vx wx", rf"(?:微信|(?<![a-z])[vw]x)\s(?=[a-z\-]*[\d_]){_CHAT_ID}"),
        ("v", rf"(?<![a-z])v{_COLON}(?=[a-z\-]+[\d_]){_CHAT_ID}"),
        ("qq 扣扣", rf"(?:QQ|扣扣)(?:群号?|号)?(?:{_COLON}|\s{{0,2}})\d{{5,12}}(?!\d)"),
        (
            "telegram whatsapp skype 钉钉 飞书",
            rf"(?:telegram|whatsapp|skype|钉钉号?|飞书号?){_COLON}@?\+?{_CHAT_ID}",
        ),
        # Mobile numbers, land lines, 400 and 800 numbers.
        ("", rf"(?<![A-Za-z0-9_.])(?:\(?\+?(?:00)?86\)?{_GAP}?)?{_MOBILE}(?!\.?\d)"),
        (
            "",
            r"(?<![A-Za-z0-9_.])(?:\+?86[\-\s]?)?[(（]?0\d{2,3}[)）\-—\s]\s?\d{7,8}(?:\s?[\-—转]\s?\d{1,6})?(?!\d)",
        ),
        ("", r"(?<!\d)[48]00[\-—\s]\d{3,4}[\-—\s]?\d{3,4}(?!\d)"),
        # Contact persons; the word that asks to reach them stays.
        (
            "联系人 招聘",
            rf"(?:联系人|招聘负责人|招聘者|招聘专员|招聘顾问){_COLON}{_WHOLE_NAME}",
        ),
        ("联系 咨询 找", rf"(联系|咨询|找)(?:HR)?\s?{_NAME}(?:先生|女士|小姐)"),
    )
)
_WORDS = frozenset().union(*(words for words, _ in _CONTACTS))
_PERSON = rf"(?:{_NAME}(?:先生|女士|小姐|老师|经理|主管|总|工|姐|哥|HR)|(?:HR)?小[{_SURNAMES}])"
_LABEL = (
    r"(?:(?:联系|咨询|招聘|应聘|报名|投递|公司|HR)?(?:电话|手机号?码?|热线|邮箱|邮件|座机|方式|tel|phone|e-?mail|mobile)"
    r"|微信|QQ|简历(?:请)?(?:投递|发送?)?[至到]?(?:邮箱)?|(?:发送?|投递)[至到](?:邮箱)?)"
)
_SAME_NUMBER = r"[（(]?\s?(?:微信|手机|电话)?同(?:号|步|微信)\s?[)）]?"
_AROUND = re.compile(
    rf"(?:{_PERSON}\s{{0,2}})?(?:{_LABEL}\s{{0,2}}[:：/]?\s{{0,2}})*{_MARK}\s?(?:{_SAME_NUMBER}|[（(]\s?{_PERSON}\s?[)）])?",
    re.IGNORECASE,
)
# The punctuation that is left around what was removed; other punctuation is the site's own and stays.
_TIDY = (
    (re.compile(rf"{_MARK}(?:[\s,，;；、/|或和]*{_MARK})+"), _MARK),
    (re.compile(rf"[（(【\[]\s*{_MARK}\s*[）)】\]]"), _MARK),
    (re.compile(rf"^[ \t]*{_MARK}[ \t,，;；、。]*", re.MULTILINE), ""),
    (re.compile(rf"[ \t]*[,，;；、/|:：或]?[ \t]*{_MARK}(?=[ \t]*(?:[,，;；。、\n]|\Z))"), ""),
    (re.compile(_MARK), ""),
    (re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}"), "\n\n"),
)


def scrub(text: str) -> str:
    """The text without contact data and without the labels and names that stood beside them (电话：, 周先生).

    Salary figures, dates, model names and product names (微信小程序, wx-ui) are not contact data and stay.
    """
    folded = text.casefold()
    words = {word for word in _WORDS if word in folded}
    number = _NUMBER.search(folded) is not None
    if not words and not number:
        return text
    marked = text
    for wanted, pattern in _CONTACTS:
        if not wanted.isdisjoint(words) if wanted else number:
            marked = pattern.sub(lambda found: (found[1] if found.lastindex else "") + _MARK, marked)
    if marked == text:
        return text
    marked = _AROUND.sub(_MARK, marked)
    for pattern, replacement in _TIDY:
        marked = pattern.sub(replacement, marked)
    return marked.strip()
