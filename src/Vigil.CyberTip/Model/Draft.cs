namespace Vigil.CyberTip;

/// <summary>A report with what is to be said about its files, before it has a number.</summary>
public sealed record Draft
{
    /// <summary>The report.</summary>
    public required Report Report { get; init; }

    /// <summary>Details of the files, in the order of their upload, without numbers.</summary>
    public ValueList<FileDetails> FileDetails { get; init; } = [];

    /// <summary>How many files; no contents.</summary>
    public override string ToString() => $"Draft with {FileDetails.Count} files";
}
