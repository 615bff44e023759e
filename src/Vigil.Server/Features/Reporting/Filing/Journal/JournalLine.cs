using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vigil.CyberTip.Filing;
using Vigil.Files;

namespace Vigil.Server.Features.Reporting.Filing.Journal;

/// <summary>What is about to be done for a report, or was done, as the journal keeps it.</summary>
internal sealed record JournalLine
{
    /// <summary>Of a receipt so large only the digest would be left: it is then in the database alone.</summary>
    private const int MaxReceiptBytes = 24 * 1024;

    private const int KeptRequestIds = 10;

    private static readonly JsonSerializerOptions Json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Of the first line: which journal this is.</summary>
    public Guid? Journal { get; init; }

    /// <summary>Its number, as the database has it; null: of a version without, or not known there.</summary>
    public long? Head { get; init; }

    /// <summary>Of no report: how far journals came, this one among them.</summary>
    public IReadOnlyDictionary<Guid, long>? Seen { get; init; }

    public Guid Report { get; init; }
    public string Case { get; init; } = "";

    /// <summary>Of a batch: the other cases that it names; null: none, or of a version without.</summary>
    public IReadOnlyList<string>? OtherCases { get; init; }
    public DateTimeOffset At { get; init; }
    public long Epoch { get; init; }
    public int Attempt { get; init; }
    public long Call { get; init; }
    public FilingPhase Phase { get; init; }
    public long? RemoteId { get; init; }
    public bool FinishMayHaveArrived { get; init; }

    /// <summary>A person took it back, done yet or not; null: nobody did, or of a version without.</summary>
    public bool? IsWithdrawn { get; init; }
    public IReadOnlyList<string> RequestIds { get; init; } = [];

    /// <summary>From the finish on; null before, or where there were too many.</summary>
    public IReadOnlyList<string?>? FileIds { get; init; }
    public byte[]? Receipt { get; init; }

    /// <summary>
    /// Of a package, whose lines are counted by <see cref="Call"/>; null: of calls, or of a version that noted none.
    /// </summary>
    public PackageNote? Package { get; init; }

    /// <summary>Of calls: the code of where it goes; null: of a package, or of a version without.</summary>
    public string? Destination { get; init; }

    /// <summary>Null: of a version without.</summary>
    public ReportEnvironment? Environment { get; init; }

    /// <summary>When the report was begun to be written; null: of a version without.</summary>
    public DateTimeOffset? Drafted { get; init; }

    /// <summary>Where <see cref="RemoteId"/> was opened; null: nothing is open, or of a version without.</summary>
    public string? Address { get; init; }

    /// <summary>Code of the destination; null: not known.</summary>
    [JsonIgnore]
    public string? To => Package?.Destination ?? Destination;

    /// <summary>The journal knows that it is filed.</summary>
    [JsonIgnore]
    public bool IsFiled => Phase is FilingPhase.Filed or FilingPhase.FiledReceiptLost;

    [JsonIgnore]
    public bool IsFinal => IsFiled || Phase is FilingPhase.Rejected or FilingPhase.Withdrawn;

    /// <summary>A finish of it was sent: it may be filed.</summary>
    [JsonIgnore]
    public bool MayBeFiled =>
        FinishMayHaveArrived || Phase is FilingPhase.Finishing or FilingPhase.NeedsHuman;

    public static JournalLine Of(
        ReportRow report,
        FilingState state,
        DateTimeOffset at,
        ReadOnlyMemory<byte> receipt
    ) =>
        new()
        {
            Report = report.Id,
            Case = report.CaseRef,
            Destination = report.Destination,
            Environment = report.Environment,
            Drafted = report.CreatedAt,
            At = at,
            Epoch = state.Epoch,
            Attempt = state.Attempt,
            Call = state.CallNumber,
            Phase = state.Phase,
            RemoteId = state.ReportId,
            FinishMayHaveArrived = state.FinishMayHaveArrived,
            IsWithdrawn = state.IsWithdrawn ? true : null,
            RequestIds = [.. state.RequestIds.TakeLast(KeptRequestIds)],
            FileIds =
                state.Phase is FilingPhase.Finishing ? [.. state.Files.Select(file => file.FileId)] : null,
            Receipt = KeptOf(receipt),
        };

    /// <summary>Null: none came, or it is too large.</summary>
    public static byte[]? KeptOf(ReadOnlyMemory<byte> receipt) =>
        receipt.Length is > 0 and <= MaxReceiptBytes ? receipt.ToArray() : null;

    public byte[] ToUtf8Json()
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(this, Json);
        return bytes.Length <= SealedLog.MaxRecordBytes
            ? bytes
            : JsonSerializer.SerializeToUtf8Bytes(this with { FileIds = null, Receipt = null }, Json);
    }

    /// <summary>Its own case first; none where it is not known.</summary>
    [JsonIgnore]
    public IEnumerable<string> Cases => Case.Length == 0 ? [] : [Case, .. OtherCases ?? []];

    /// <summary>What the recipient calls it; empty: not known.</summary>
    [JsonIgnore]
    public string Number => Package?.Number ?? RemoteId?.ToString(CultureInfo.InvariantCulture) ?? "";

    /// <summary>Of a package: lines may be written in another order than they were counted.</summary>
    public bool IsOlderThan(JournalLine other) =>
        Package is not null && other.Package is not null && Call < other.Call;

    public JournalLine WithoutAnswers() => this with { Receipt = null, FileIds = null, RequestIds = [] };

    public static JournalLine Parse(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize<JournalLine>(bytes, Json)!;

    public override string ToString() =>
        Package is { } package ? $"{package}, {Call}" : $"{Phase}, attempt {Attempt}, call {Call}";
}
