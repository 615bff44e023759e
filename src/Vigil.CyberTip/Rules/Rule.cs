namespace Vigil.CyberTip;

/// <summary>What a document can break. Each has a passing and a failing case in the tests.</summary>
public enum Rule
{
    /// <summary>Not well-formed, or with a DTD.</summary>
    Malformed = 1,

    /// <summary>Over a limit of bytes, depth or number of elements.</summary>
    TooLarge,

    /// <summary>The root is none of the service's.</summary>
    Root,

    /// <summary>An element or attribute that does not exist there.</summary>
    Unknown,

    /// <summary>Out of order.</summary>
    Order,

    /// <summary>More than once where one is allowed.</summary>
    Repeated,

    /// <summary>Missing.</summary>
    Required,

    /// <summary>Not of the type, or not one of the words allowed.</summary>
    Value,

    /// <summary>A flag that says no: it can only be left out.</summary>
    Flag,

    /// <summary>A time without its zone.</summary>
    Zone,

    /// <summary>Not exactly one of several, or two that exclude each other.</summary>
    Choice,

    /// <summary>Needs a later version of the schema.</summary>
    Version,

    /// <summary>A character that XML cannot hold.</summary>
    Characters,

    /// <summary>Too long.</summary>
    Length,

    /// <summary>Blank.</summary>
    Blank,

    /// <summary>In the future.</summary>
    Past,

    /// <summary>Too small or too large.</summary>
    Range,

    /// <summary>Not a URL.</summary>
    Url,

    /// <summary>Not an e-mail address.</summary>
    Email,

    /// <summary>Not an internet address.</summary>
    IpAddress,

    /// <summary>Not a US state.</summary>
    State,

    /// <summary>Not a country.</summary>
    Country,

    /// <summary>Not a calling code.</summary>
    CallingCode,

    /// <summary>Not an extension.</summary>
    Extension,

    /// <summary>Not the number of a report.</summary>
    ReportId,

    /// <summary>The telephone number repeats its calling code.</summary>
    CallingCodeRepeated,

    /// <summary>A date of verification for what is not verified.</summary>
    Verified,

    /// <summary>An e-mail address of the incident that nobody in the report has.</summary>
    EmailOfNobody,

    /// <summary>The reporter has no e-mail address.</summary>
    ReporterEmail,

    /// <summary>A place without its country.</summary>
    LocationCountry,

    /// <summary>A place in the US without its state.</summary>
    LocationRegion,

    /// <summary>The user was told before the account was closed.</summary>
    NotifiedDate,

    /// <summary>The account was opened again before it was closed.</summary>
    ReenabledDate,

    /// <summary>Age and date of birth.</summary>
    AgeOrBirth,

    /// <summary>Metadata seen, but not the file.</summary>
    ExifViewed,

    /// <summary>What context files cannot have.</summary>
    Supplemental,

    /// <summary>Several reported persons without a batch.</summary>
    OnePerson,

    /// <summary>A part that a batched report cannot have.</summary>
    BatchPart,

    /// <summary>More about a person than a batched report may say.</summary>
    BatchPerson,

    /// <summary>A batched report with several files.</summary>
    BatchFiles,

    /// <summary>More about a file than a batched report may say, or less than it must.</summary>
    BatchFile,

    /// <summary>The schema that was fetched from the service says no.</summary>
    OfficialSchema,
}
