using System.Text.Json;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>
/// PUT /v1/cases/{ref}/subject: what the platform knows of the account, the incident and the files. The words are those
/// of <see cref="CyberTip.ReportJson"/>.
/// </summary>
internal sealed record SubjectRequest
{
    /// <summary>
    /// Of a report: incidentSummary (platform, incidentDateTime, incidentDateTimeDescription), internetDetails,
    /// lawEnforcement, reporter (termsOfService), one personOrUserReported, intendedRecipient, victim, additionalInfo.
    /// </summary>
    public JsonElement Report { get; init; }

    /// <summary>At most 200.</summary>
    public IReadOnlyList<ContentTold>? Contents { get; init; }

    /// <summary>At most 20.</summary>
    public IReadOnlyList<ChatTold>? Chats { get; init; }
}

/// <summary>What the platform knows of one content.</summary>
internal sealed record ContentTold
{
    /// <summary>The platform's own reference, as when it was scanned or flagged; at most 512 characters.</summary>
    public string? ContentRef { get; init; }

    /// <summary>
    /// Of a report's fileDetails: originalFileName, uploadedToEspTimestamp, locationOfFile, publiclyAvailable,
    /// originalFileHash, one ipCaptureEvent, deviceId, details (EXIF), additionalInfo, and of fileAnnotations viral and
    /// generativeAi.
    /// </summary>
    public JsonElement File { get; init; }
}

/// <summary>A conversation or other words around it: a supplemental file of the report.</summary>
internal sealed record ChatTold
{
    /// <summary>File name, at most 200 characters, as "chat-1.txt".</summary>
    public string? Name { get; init; }

    /// <summary>At most 200,000 characters.</summary>
    public string? Text { get; init; }
}
