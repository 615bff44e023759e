using Vigil.CyberTip.Shapes;

namespace Vigil.CyberTip;

/// <summary>The eight kinds of incident. Sextortion is an annotation, not a kind.</summary>
public enum IncidentType
{
    /// <summary>CSAM: possession, manufacture, distribution.</summary>
    [WireValue("Child Pornography (possession, manufacture, and distribution)")]
    Csam = 1,

    /// <summary>Child sex trafficking.</summary>
    [WireValue("Child Sex Trafficking")]
    ChildSexTrafficking,

    /// <summary>Extraterritorial child sexual abuse; the wire value is older than this term.</summary>
    [WireValue("Child Sex Tourism")]
    ExtraterritorialAbuse,

    /// <summary>Child sexual molestation.</summary>
    [WireValue("Child Sexual Molestation")]
    ChildSexualMolestation,

    /// <summary>Misleading domain name.</summary>
    [WireValue("Misleading Domain Name")]
    MisleadingDomainName,

    /// <summary>Misleading words or digital images on the internet.</summary>
    [WireValue("Misleading Words or Digital Images on the Internet")]
    MisleadingWordsOrImages,

    /// <summary>Online enticement of children for sexual acts.</summary>
    [WireValue("Online Enticement of Children for Sexual Acts")]
    OnlineEnticement,

    /// <summary>Unsolicited obscene material sent to a child.</summary>
    [WireValue("Unsolicited Obscene Material Sent to a Child")]
    UnsolicitedObsceneMaterial,
}

/// <summary>What an address is used for.</summary>
public enum AddressType
{
    /// <summary>Where the person lives.</summary>
    Home = 1,

    /// <summary>Where the person works.</summary>
    Business,

    /// <summary>Where bills go.</summary>
    Billing,

    /// <summary>Where goods go.</summary>
    Shipping,

    /// <summary>Technical contact.</summary>
    Technical,
}

/// <summary>What an e-mail address is used for.</summary>
public enum EmailType
{
    /// <summary>Private.</summary>
    Home = 1,

    /// <summary>At work.</summary>
    Work,

    /// <summary>Of a business.</summary>
    Business,

    /// <summary>To get an account back.</summary>
    Recovery,
}

/// <summary>What a telephone number is used for.</summary>
public enum PhoneType
{
    /// <summary>Mobile telephone.</summary>
    Mobile = 1,

    /// <summary>Private.</summary>
    Home,

    /// <summary>Of a business.</summary>
    Business,

    /// <summary>At work.</summary>
    Work,

    /// <summary>Fax.</summary>
    Fax,

    /// <summary>Telephone over the internet.</summary>
    Internet,

    /// <summary>To get an account back.</summary>
    Recovery,
}

/// <summary>Why reports are batched.</summary>
public enum BatchedReportReason
{
    /// <summary>One file that very many pass on, most of them not out of interest in children.</summary>
    [WireValue("VIRAL_POTENTIAL_MEME")]
    ViralPotentialMeme = 1,
}

/// <summary>What happened when an address or device was seen.</summary>
public enum CaptureEvent
{
    /// <summary>Somebody signed in.</summary>
    Login = 1,

    /// <summary>The account was opened.</summary>
    Registration,

    /// <summary>Something was bought.</summary>
    Purchase,

    /// <summary>The file was uploaded.</summary>
    Upload,

    /// <summary>Something else.</summary>
    Other,

    /// <summary>Not known.</summary>
    Unknown,
}

/// <summary>How another account belongs to the reported one.</summary>
public enum AssociatedAccountType
{
    /// <summary>Pays for it.</summary>
    Billing = 1,

    /// <summary>Linked by its owner or by the platform.</summary>
    Linked,

    /// <summary>Of a business.</summary>
    Business,

    /// <summary>Of a creator.</summary>
    Creator,

    /// <summary>Of a parent or guardian.</summary>
    [WireValue("Parent/Guardian")]
    ParentOrGuardian,

    /// <summary>Something else.</summary>
    Other,
}

/// <summary>Whether a file is what is reported, or helps to understand it.</summary>
public enum FileRelevance
{
    /// <summary>The material itself. What the service takes when nothing is said.</summary>
    Reported = 1,

    /// <summary>Context, such as a chat log.</summary>
    [WireValue("Supplemental Reported")]
    SupplementalReported,
}

/// <summary>
/// The industry's classification: A prepubescent, B pubescent; 1 sex act, 2 lascivious exhibition. Only for members of
/// the industry hash sharing agreement (Tech Coalition, 2014, updated 2022).
/// </summary>
public enum FileClassification
{
    /// <summary>Prepubescent, sex act.</summary>
    A1 = 1,

    /// <summary>Prepubescent, lascivious exhibition.</summary>
    A2,

    /// <summary>Pubescent, sex act.</summary>
    B1,

    /// <summary>Pubescent, lascivious exhibition.</summary>
    B2,
}

/// <summary>What a group of name-value pairs about a file is.</summary>
public enum MetadataType
{
    /// <summary>Metadata of the picture.</summary>
    [WireValue("EXIF")]
    Exif = 1,

    /// <summary>Fingerprints.</summary>
    [WireValue("HASH")]
    Hash,
}
