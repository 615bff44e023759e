using System.Text.Json;
using System.Text.Json.Serialization;
using Vigil.Server.Features.Scan.Policies;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>
/// Why a decision fell as it did: every match, the rule that applied and what it said. Sealed, since it tells
/// which lists know a file; holds no hash value.
/// </summary>
internal sealed record WhyRecord
{
    /// <summary>Findings that are kept, the heaviest first.</summary>
    public const int MaxFindings = 100;

    private const string Sealer = "decision why";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>Of how many.</summary>
    public int FindingsInAll { get; init; }

    /// <summary>The platform's own reference of the content.</summary>
    public string? ContentRef { get; init; }

    /// <summary>It is suppressed and was sent to a person as a sample.</summary>
    public Guid? SampledSuppression { get; init; }

    /// <summary>Why part of the content could not be looked up.</summary>
    public string? NotLookedUp { get; init; }

    /// <summary>It was found afterwards, by a retro-hunt; null: by the scan itself.</summary>
    public HuntedWhy? Hunt { get; init; }

    public static WhyRecord Of(Verdict verdict, ScanSubject subject, ScanFacts facts, Guid? suppression) =>
        new()
        {
            Findings =
            [
                .. verdict
                    .Findings.OrderByDescending(finding => finding.Answer)
                    .ThenByDescending(finding => finding.Would)
                    .ThenByDescending(finding => finding.Fact.Strength)
                    .Take(MaxFindings)
                    .Select(finding => finding with { Fact = Named(finding.Fact, facts) }),
            ],
            FindingsInAll = verdict.Findings.Count,
            ContentRef = subject.ContentRef,
            SampledSuppression = suppression,
            NotLookedUp = facts.NotLookedUp,
        };

    private static MatchFact Named(MatchFact fact, ScanFacts facts) =>
        fact.Picture is { } picture && picture < facts.PictureKinds.Count
            ? fact with
            {
                PictureKind = facts.PictureKinds[picture],
            }
            : fact;

    public byte[] Seal(TenantSecrets secrets, Guid decision) =>
        secrets.Sealer(Sealer).Seal(JsonSerializer.SerializeToUtf8Bytes(this, Json), decision.ToByteArray());

    /// <exception cref="Files.SealBrokenException">Altered, or another decision's.</exception>
    public static WhyRecord Open(TenantSecrets secrets, Guid decision, ReadOnlySpan<byte> why) =>
        JsonSerializer.Deserialize<WhyRecord>(
            secrets.Sealer(Sealer).Open(why, decision.ToByteArray()),
            Json
        )!;
}

/// <summary>How a retro-hunt came to a content.</summary>
/// <param name="HuntId">Which hunt.</param>
/// <param name="ScanId">The scan that found nothing, or something else.</param>
/// <param name="ScannedAt">When the content was uploaded and scanned.</param>
/// <param name="ListGeneration">The state of the lists then.</param>
internal sealed record HuntedWhy(Guid HuntId, Guid ScanId, DateTimeOffset ScannedAt, long ListGeneration);
