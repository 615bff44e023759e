namespace Vigil.CyberTip.Service;

/// <summary>What came of a call.</summary>
public sealed record ServiceAnswer
{
    /// <summary>Which call.</summary>
    public required ServiceCall Call { get; init; }

    /// <summary>What it means.</summary>
    public required AnswerClass Class { get; init; }

    /// <summary>The service's code; null: none came.</summary>
    public int? Code { get; init; }

    /// <summary>Status of HTTP; null: no answer came.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>The service's number for the call: quote it to NCMEC.</summary>
    public string? RequestId { get; init; }

    /// <summary>The service's text, or what went wrong on the way. May hold personal data.</summary>
    public string? Description { get; init; }

    /// <summary>Number of the report.</summary>
    public long? ReportId { get; init; }

    /// <summary>What the service calls the uploaded file.</summary>
    public string? FileId { get; init; }

    /// <summary>
    /// Upload: whether the service's MD5 is that of the bytes sent. Null: it named none.
    /// </summary>
    public bool? Md5Matches { get; init; }

    /// <summary>Finish: the files in the report. Null: not said.</summary>
    public ValueList<string>? FileIds { get; init; }

    /// <summary>The answer as it came; of a finished report, the receipt.</summary>
    public ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Call, class, code and the service's number; no contents.</summary>
    public override string ToString() =>
        $"{Call} {Class}, code {Code?.ToString() ?? "none"}, HTTP {HttpStatus?.ToString() ?? "none"}, "
        + $"Request-ID {RequestId ?? "none"}";
}
