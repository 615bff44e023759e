using System.Text;
using System.Text.Json;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived;

internal enum SenderKind
{
    Ncmec,
    Hotline,
    Authority,
    TrustedFlagger,
    Other,
}

/// <summary>What it is about, by the words of the cases.</summary>
internal enum NoticeCategory
{
    SuspectedCsam,
    Grooming,
    SexualExtortion,
    LiveStreaming,
    Trafficking,
    SelfGenerated,
    Other,
}

/// <summary>A fingerprint that a notice names: a secret, kept sealed, never shown.</summary>
internal sealed record NoticeHash
{
    /// <summary>md5, sha1, sha256 or pdq.</summary>
    public string? Algorithm { get; init; }

    /// <summary>Hexadecimal.</summary>
    public string? Value { get; init; }

    public override string ToString() => nameof(NoticeHash);
}

/// <summary>What of a notice is sealed.</summary>
internal sealed record NoticeDetails
{
    public string Sender { get; init; } = "";
    public string? Reference { get; init; }
    public string? Account { get; init; }

    /// <summary>Addresses, and the platform's own references.</summary>
    public IReadOnlyList<string> Contents { get; init; } = [];
    public IReadOnlyList<NoticeHash> Hashes { get; init; } = [];

    /// <summary>Accounts that were named when it was sent again.</summary>
    public IReadOnlyList<string> MoreAccounts { get; init; } = [];

    /// <summary>References of contents that its fingerprints found here.</summary>
    public IReadOnlyList<string> Located { get; init; } = [];

    /// <summary>Where each of them is held.</summary>
    public IReadOnlyList<LocatedContent> LocatedIn { get; init; } = [];

    /// <summary>More was known here than is looked at for one notice.</summary>
    public bool IsCut { get; init; }

    /// <summary>Accounts whose contents they found, where the platform gave no reference of the content.</summary>
    public IReadOnlyList<string> LocatedOf { get; init; } = [];
    public string? Text { get; init; }

    /// <summary>All that the platform could take down.</summary>
    public IReadOnlyList<string> AllContents() => [.. Contents.Union(Located, StringComparer.Ordinal)];

    /// <summary>With what was found of it now.</summary>
    public NoticeDetails With(IReadOnlyList<LocatedContent> found, bool isWhole) =>
        this with
        {
            Located = [.. Located.Union(found.Select(one => one.ContentRef), StringComparer.Ordinal)],
            LocatedIn = [.. LocatedIn.Union(found)],
            IsCut = IsCut || !isWhole,
        };

    public override string ToString() => $"Notice with {Contents.Count} contents";
}

internal enum NoticeState
{
    /// <summary>Somebody outside waits for an answer.</summary>
    Open,
    Answered,
}

/// <summary>Of its fingerprints in the history of what was scanned.</summary>
internal enum NoticeHistory
{
    /// <summary>It names no fingerprint.</summary>
    None,

    /// <summary>The history is being read.</summary>
    Waiting,
    Done,

    /// <summary>A part of the history does not open, or more was found than is listed.</summary>
    Incomplete,

    /// <summary>No history is kept here.</summary>
    Off,
}

/// <summary>A notice's row; what is sealed, still sealed.</summary>
internal sealed class ReceivedNotice
{
    public const string Columns = """
        id, sender_kind, sender_digest, details, category, wants_removal, received_at, recorded_at, recorded_by,
        deadline, state, case_ref, item_id, is_found, repeats, removal_asked_at, removal_asked_by, history
        """;

    private const string Purpose = "notice";

    public Guid Id { get; init; }
    public SenderKind SenderKind { get; init; }
    public byte[] SenderDigest { get; init; } = [];
    public byte[] Details { get; init; } = [];
    public NoticeCategory Category { get; init; }
    public bool WantsRemoval { get; init; }

    /// <summary>From then on the platform knows: where a person confirms it, the law's clocks ran since.</summary>
    public DateTimeOffset ReceivedAt { get; init; }
    public DateTimeOffset RecordedAt { get; init; }
    public string RecordedBy { get; init; } = "";
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>For steps that begin anew: what the sender asked for in time is asked for in time still.</summary>
    public DateTimeOffset? DeadlineAhead(DateTimeOffset now) => Deadline > now ? Deadline : null;

    public NoticeState State { get; init; }
    public string CaseRef { get; init; } = "";
    public Guid ItemId { get; init; }

    /// <summary>One of the contents was known here.</summary>
    public bool IsFound { get; init; }

    /// <summary>"found", or "opened": a case was.</summary>
    public string Located => LocatedOf(IsFound);

    /// <summary>How often the same sender sent the same reference again.</summary>
    public long Repeats { get; init; }
    public DateTimeOffset? RemovalAskedAt { get; init; }
    public string? RemovalAskedBy { get; init; }
    public NoticeHistory History { get; init; }

    public static string LocatedOf(bool isFound) => isFound ? "found" : "opened";

    /// <summary>Held until the end of the transaction; outside the actor's fences there is none.</summary>
    /// <exception cref="ProblemException">None of this id.</exception>
    public static async Task<ReceivedNotice> RequireAsync(Tx tx, Guid id) =>
        await LockAsync(tx, id) is { } found && await tx.MaySeeCaseAsync(found.CaseRef)
            ? found
            : throw ProblemException.NotFound("There is no notice of this id.");

    public static Task<ReceivedNotice?> LockAsync(Tx tx, Guid id) =>
        tx.FindAsync<ReceivedNotice>(
            $"select {Columns} from notice_received where tenant = @tenant and id = @id{tx.ForUpdate}",
            new { id }
        );

    public NoticeDetails DetailsOf(Tx tx) => Open<NoticeDetails>(tx, Details, Id);

    public static byte[] Seal<T>(Tx tx, T value, Guid row) =>
        tx
            .Secrets.Sealer(Purpose)
            .Seal(JsonSerializer.SerializeToUtf8Bytes(value, JsonSerializerOptions.Web), row.ToByteArray());

    public static T Open<T>(Tx tx, byte[] value, Guid row) =>
        JsonSerializer.Deserialize<T>(
            tx.Secrets.Sealer(Purpose).Open(value, row.ToByteArray()),
            JsonSerializerOptions.Web
        )!;

    /// <summary>Who types the same means the same.</summary>
    public static byte[] Digest(Tx tx, SenderKind kind, params string[] parts) =>
        tx
            .Secrets.Digest("notice sender")
            .Of(
                Encoding.UTF8.GetBytes(
                    $"{kind}\n"
                        + string.Join(
                            '\n',
                            parts.Select(part =>
                                string.Concat(part.Where(char.IsLetterOrDigit)).ToUpperInvariant()
                            )
                        )
                )
            );
}
