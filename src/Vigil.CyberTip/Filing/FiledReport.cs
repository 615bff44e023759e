namespace Vigil.CyberTip.Filing;

/// <summary>What became of a report that was filed in one call.</summary>
/// <param name="State">As it was saved last: final, or waiting for a person; approved: nothing was sent.</param>
/// <param name="Findings">The rules that it breaks, because of which nothing was sent; empty: none.</param>
/// <param name="Receipt">The service's own bytes, to be archived; empty: none came.</param>
public sealed record FiledReport(
    FilingState State,
    IReadOnlyList<Finding> Findings,
    ReadOnlyMemory<byte> Receipt
)
{
    /// <summary>It is filed, and its receipt is here.</summary>
    public bool IsFiled => State.Phase == FilingPhase.Filed;

    /// <summary>Where it stands, and each broken rule; no value of the report.</summary>
    public override string ToString() => string.Join('\n', [$"{State}", .. Findings]);
}
