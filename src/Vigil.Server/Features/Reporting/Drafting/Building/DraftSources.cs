using Vigil.CyberTip;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>All that a draft is made of, read in one transaction.</summary>
internal sealed record DraftSources
{
    public required string CaseRef { get; init; }
    public required ReportableCase Case { get; init; }
    public SubjectTold Subject { get; init; } = SubjectTold.Nothing;
    public Organisation Organisation { get; init; } = Organisation.Of(new Dictionary<string, string>());

    /// <summary>Sealed contents of the case, the oldest first.</summary>
    public IReadOnlyList<KeptContent> Contents { get; init; } = [];

    /// <summary>What was shown whole to a person, by content.</summary>
    public IReadOnlySet<Guid> Viewed { get; init; } = new HashSet<Guid>();

    /// <summary>All of whose metadata was shown to a person, by content.</summary>
    public IReadOnlySet<Guid> ExifViewed { get; init; } = new HashSet<Guid>();

    public IReadOnlyList<SeenContent> Views { get; init; } = [];

    /// <summary>What the machine's decisions rest on.</summary>
    public IReadOnlyList<DecisionFact> Facts { get; init; } = [];

    /// <summary>Filed for the account with this recipient in this environment.</summary>
    public IReadOnlyList<EarlierReport> Earlier { get; init; } = [];

    /// <summary>A person's word; null: by the case's problem type.</summary>
    public IncidentType? Type { get; init; }

    /// <summary>Accounts that passed on the same file, the case's own first; null: no batch.</summary>
    public IReadOnlyList<string>? Batch { get; init; }

    /// <summary>What a person confirmed, of what names a suspect unless nothing does.</summary>
    public IReadOnlyList<ReportableItem> Used =>
        NamesNoSuspect ? [.. Confirmed] : [.. Confirmed.Where(item => !item.NamesNoSuspect)];

    /// <summary>
    /// Every confirmed match was of an intimate-image or self-declared list: nobody is a suspect of anything.
    /// </summary>
    public bool NamesNoSuspect => Case.NamesNoSuspect || Confirmed.All(item => item.NamesNoSuspect);

    /// <summary>SAMPLE pictures only: it never leaves to a production address.</summary>
    public bool IsTest => Case.IsTest || Contents.Any(content => content.IsSample);

    private IEnumerable<ReportableItem> Confirmed => Case.Items.Where(item => item.State == "Confirmed");
}

/// <summary>A sealed content, without its bytes; digests of it are keyed, and say nothing outside.</summary>
internal sealed class KeptContent
{
    public Guid Id { get; init; }
    public Guid? ItemId { get; init; }

    /// <summary>picture, video, other.</summary>
    public string Kind { get; init; } = "";
    public long Bytes { get; init; }
    public byte[] Sha256Digest { get; init; } = [];

    /// <summary>A SAMPLE picture, or of a demo.</summary>
    public bool IsSample { get; init; }

    public static Task<IReadOnlyList<KeptContent>> OfCaseAsync(Tx tx, string caseRef) =>
        tx.QueryAsync<KeptContent>(
            """
            select id, item_id, kind, bytes, sha256_digest, is_sample from content_overview
            where tenant = @tenant and case_ref = @caseRef and state = 'Sealed' order by sealed_at, id limit 1000
            """,
            new { caseRef }
        );
}

/// <param name="Number">What the recipient calls it.</param>
internal sealed record EarlierReport(string Number, DateTimeOffset? FiledAt);
