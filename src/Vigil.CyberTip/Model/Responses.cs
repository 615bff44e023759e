using Vigil.CyberTip.Shapes;

namespace Vigil.CyberTip;

/// <summary>The service's answer to all calls but `/finish`.</summary>
public sealed record ReportResponse : ReportPart
{
    /// <summary>0: done. See <see cref="Service.AnswerClass"/>.</summary>
    [Wire(Required = true)]
    public int? ResponseCode { get; init; }

    /// <summary>For people.</summary>
    [Wire(Required = true)]
    public string? ResponseDescription { get; init; }

    /// <summary>Number of the report.</summary>
    [Wire]
    public long? ReportId { get; init; }

    /// <summary>What the service calls the file.</summary>
    [Wire]
    public string? FileId { get; init; }

    /// <summary>MD5 of the bytes it received. A secret.</summary>
    [Wire]
    public string? Hash { get; init; }
}

/// <summary>The answer to `/finish`: the platform's receipt (18 USC 2258A(h)(1)).</summary>
public sealed record ReportDoneResponse : ReportPart
{
    /// <summary>0: done.</summary>
    [Wire(Required = true)]
    public int? ResponseCode { get; init; }

    /// <summary>Number of the report.</summary>
    [Wire(Required = true)]
    public long? ReportId { get; init; }

    /// <summary>The files in it.</summary>
    [Wire(Required = true)]
    public ReceivedFiles? Files { get; init; }
}

/// <summary>The files of a finished report.</summary>
public sealed record ReceivedFiles : ReportPart
{
    /// <summary>What the service calls them.</summary>
    [Wire]
    public ValueList<string> FileId { get; init; } = [];
}
