using Vigil.Evidence;
using Vigil.Trust;

namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>The signed ledger of a data folder on SQLite, as `vigil ledger verify` looks at it. No server may work on it.</summary>
internal static class WholeLedger
{
    /// <summary>Entries that are signed; -1: it is not begun.</summary>
    public static async Task<long> SizeAsync(string data)
    {
        using var audit = new LedgerAudit(DbOptions.Parse(Path.Combine(data, "vigil.db")));
        if (await audit.VerifierAsync() is not { } verifier)
        {
            return -1;
        }
        var folder = new LedgerFolder(Path.Combine(data, "ledger"), VerifierKey.Parse(verifier));
        Assert.Empty(folder.Verify().Findings);
        var checkpoint = folder.ReadCheckpoint();
        var report = await audit.RunAsync(folder, checkpoint);
        Assert.Empty(report.Findings);
        return checkpoint.Size;
    }
}
