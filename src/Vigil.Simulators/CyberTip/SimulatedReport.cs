using System.Xml.Linq;

namespace Vigil.Simulators.CyberTip;

/// <summary>What became of a report.</summary>
public enum SimulatedReportState
{
    Open,
    Finished,
    Retracted,
    Expired,
}

/// <summary>A report that arrived. Changed under the simulator's lock only.</summary>
public sealed class SimulatedReport
{
    internal SimulatedReport(long id, XElement document, DateTimeOffset at)
    {
        Id = id;
        Document = document;
        OpenedAt = at;
        ModifiedAt = at;
    }

    public long Id { get; }

    /// <summary>As it was submitted.</summary>
    public XElement Document { get; }

    public DateTimeOffset OpenedAt { get; }

    public DateTimeOffset ModifiedAt { get; internal set; }

    public SimulatedReportState State { get; internal set; }

    public IReadOnlyList<SimulatedFile> Files => FileList;

    internal List<SimulatedFile> FileList { get; } = [];

    internal bool IsBatched => Document.Element("batchedReport") is not null;
}

/// <summary>A file that arrived; its bytes are not kept.</summary>
public sealed class SimulatedFile
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required long Bytes { get; init; }

    /// <summary>MD5 of the bytes, small hexadecimal digits.</summary>
    public required string Md5 { get; init; }

    /// <summary>Null: none arrived.</summary>
    public XElement? Details { get; internal set; }
}
