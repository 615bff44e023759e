namespace Vigil.Evidence;

/// <summary>One thing that differs from what was signed.</summary>
/// <param name="File">Path in the ledger's folder.</param>
/// <param name="FirstEntry">Zero-based; null when no entry can be named.</param>
/// <param name="LastEntry">Of the same file or subtree.</param>
/// <param name="Text">What differs.</param>
public sealed record LedgerFinding(string File, long? FirstEntry, long? LastEntry, string Text)
{
    public override string ToString() =>
        FirstEntry is null ? $"{File}: {Text}"
        : FirstEntry == LastEntry ? $"{File}, entry {FirstEntry}: {Text}"
        : $"{File}, entries {FirstEntry} to {LastEntry}: {Text}";
}

/// <summary>What reading a whole ledger gave.</summary>
/// <param name="Checkpoint">Its signature held.</param>
/// <param name="Findings">None when all is as signed; reading ends at <see cref="MaxFindings"/>.</param>
public sealed record LedgerReport(Checkpoint Checkpoint, IReadOnlyList<LedgerFinding> Findings)
{
    public const int MaxFindings = 100;

    public bool IsWhole => Findings.Count == 0;
}
