"""The names under which dumps carry the fields of a posting, Chinese and English.

Names are compared after `normal_name`, so case, spaces, underscores, brackets and full-width forms do not matter. Of
several columns for one slot the one listed first counts; the others travel along as they are. The names are those of
the job sites' own exports and APIs (BOSS直聘, 智联招聘, 前程无忧, 猎聘, 拉勾), of schema.org JobPosting, and of the
spreadsheets people make of them.
"""

SLOT_NAMES: dict[str, str] = {
    "title": """
        职位名称 岗位名称 招聘职位 招聘岗位 职位标题 岗位标题 职位名 岗位名 职位 岗位 招聘岗位名称 招聘职位名称
        工作名称 职务名称 职务 标题
        title jobName jobTitle positionName positionTitle postName jobTitleName position post job vacancy name
    """,
    "company": """
        公司名称 企业名称 公司全称 公司全名 公司 企业 公司名 企业名 单位名称 招聘单位 用人单位 招聘公司 招聘企业
        所属公司 公司简称 雇主 单位
        company companyName companyFullName fullCompanyName brandName brand companyShortName compName employer
        employerName hiringOrganization hiringOrganizationName organization corporation corpName enterprise firm
    """,
    "duties": """
        岗位职责 工作职责 职位职责 主要职责 工作内容 职责描述 岗位职责描述 职责
        responsibilities responsibility jobResponsibilities jobResponsibility duties duty jobDuties
    """,
    "requirements": """
        任职要求 岗位要求 职位要求 任职资格 任职条件 招聘要求 应聘要求 岗位任职要求 要求
        requirements requirement jobRequirements jobRequirement jobRequire qualifications qualification
    """,
    "bonus": """
        加分项 优先条件 加分条件
        preferredQualifications niceToHave bonusPoints
    """,
    "description": """
        职位描述 岗位描述 职位详情 岗位详情 职位介绍 岗位介绍 工作描述 职位内容 岗位内容 招聘详情 职位信息 描述 详情
        内容
        description jobDescription jobDescribe jobDesc postDescription positionDescription positionDetail jobDetail
        jobDetails detail details jd desc content text body
    """,
    "city_text": """
        城市 工作城市 所在城市 城市名称 工作地点 工作地区 工作地 工作所在地 职位地点 地点 所在地 上班地点 地区
        工作区域 上班地址 工作地址 地址
        city cityName workCity jobCity workCityName cityText jobLocation workLocation location locationName jobArea
        jobAreaString workArea workPlace dq base address workAddress
    """,
    "district": """
        区域 区县 行政区 城区 所在区域 所在区 区 商圈
        district areaDistrict districtName cityDistrict businessDistrict area
    """,
    "salary_text": """
        薪资 薪酬 薪资范围 薪酬范围 薪资待遇 薪酬待遇 工资 月薪 薪水 工资待遇 待遇 薪资水平 薪资区间 月薪范围
        工资范围 职位薪资 职位月薪 岗位薪资 工资水平 薪金 年薪 日薪 时薪
        salary salaryDesc salaryText salaryRange jobSalary provideSalaryString salaryReal salary60 monthlySalary pay
        payRange wage wages compensation annualSalary
    """,
    "salary_low": """
        最低薪资 最低年薪 薪资下限 最低工资 最低月薪 最低薪酬 工资下限 月薪下限 薪资最低 起薪 薪资最小值 最小薪资
        salaryMin minSalary salaryLow lowSalary salaryFrom salaryLower jobSalaryMin minimumSalary salaryStart
        lowestSalary
    """,
    "salary_high": """
        最高薪资 最高年薪 薪资上限 最高工资 最高月薪 最高薪酬 工资上限 月薪上限 薪资最高 薪资最大值 最大薪资
        salaryMax maxSalary salaryHigh highSalary salaryTo salaryUpper jobSalaryMax maximumSalary salaryEnd
        highestSalary
    """,
    "experience_text": """
        工作经验 经验要求 经验 工作年限 工作经验要求 年限要求 年限 经验年限
        experience jobExperience workExperience experienceName experienceRequirements workYear workYears
        workYearString workingExp requireWorkYears yearsOfExperience years exp
    """,
    "education_text": """
        学历 学历要求 最低学历 教育程度 文化程度 教育背景 学历水平
        education jobDegree degree degreeName degreeString educationLevel educationRequirements requireEduLevel
        requiredEducation eduLevel edu
    """,
    "industry_text": """
        行业 所属行业 公司行业 企业行业 行业类别 行业领域 行业名称 公司所属行业 行业分类 行业类型
        industry brandIndustry industryName companyIndustry industryField compIndustry companyIndustryType1Str
        industryType1Str
    """,
    "company_size_text": """
        公司规模 企业规模 规模 公司人数 员工人数 人员规模 企业人数
        companySize companySizeString companyScale brandScaleName compScale scaleName scale companyStaff employees
    """,
    "company_stage_text": """
        融资阶段 融资 融资情况 融资状态 发展阶段 公司阶段 融资轮次
        financeStage brandStageName companyStage compStage fundingStage stageName stage
    """,
    "employment_text": """
        工作性质 职位性质 岗位性质 工作类型 用工形式 用工类型 雇佣类型 招聘类型
        employmentType employment jobNature jobType workType termStr
    """,
    "published_text": """
        发布时间 发布日期 职位发布时间 发布于 更新时间 更新日期 刷新时间 发布
        published publishTime publishDate publishedAt publishedOn positionPublishTime datePosted postedAt postedDate
        postDate pubDate issueDateString issueDate refreshTime updateTime updateDate updateDateTime lastModifyTime
        createTime createdAt
    """,
    "site_category": """
        职位类别 岗位类别 职位分类 岗位分类 职位类型 岗位类型 职能类别 职能分类 职能 类别 分类
        category siteCategory categoryName categoryLabel positionCategory positionType jobCategory jobFunction
        function occupationalCategory
    """,
    "site_tags": """
        标签 技能标签 职位标签 岗位标签 技能 技能要求 技能关键词 职位关键词 职位关键字
        tags tag skills skill skillTags skillList jobTags jobTagsList jobLabels labels skillLabels skillLables
        skillLabel positionLabels positionLables requiredSkills
    """,
    "benefits": """
        福利 福利待遇 公司福利 职位福利 岗位福利 员工福利 福利标签 福利列表 职位诱惑 职位亮点
        benefits benefit welfare welfareList welfareLabel jobBenefits jobWelfare jobWelfareCodeDataList perks
        companyLabelList companyLabels positionAdvantage advantage
    """,
    "url": """
        链接 职位链接 岗位链接 详情链接 职位网址 网址 职位url 详情页 链接地址
        url link href jobUrl jobHref jobLink positionUrl detailUrl pageUrl sourceUrl
    """,
    "source_id": """
        职位id 岗位id 职位编号 岗位编号 招聘id
        sourceId jobId positionId encryptJobId postId jobNo positionNumber id uuid 编号
    """,
    "source": """
        来源 来源网站 来源平台 平台 网站 招聘平台 招聘网站 数据来源 站点
        source site platform website sourceSite siteName
    """,
    "keywords": """
        搜索关键词 搜索词 检索词 搜索关键字 关键词 关键字
        keywords keyword searchKeyword searchKeywords searchWord query
    """,
}
"""Slot -> names, white space between them, the best first. A slot is a field of the schema or a part of one."""

PARTS: dict[str, str] = {
    "duties": "description",
    "requirements": "description",
    "bonus": "description",
    "district": "city_text",
    "salary_low": "salary_text",
    "salary_high": "salary_text",
}
"""Slot -> the field that its text becomes a part of; every other slot is the field of its name."""

COUNTER_NAMES = frozenset({"id", "uuid", "编号"})
"""Names that often head a row counter; a bare number below them identifies nothing beyond the file."""
