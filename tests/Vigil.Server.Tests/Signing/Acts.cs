using Vigil.Evidence;
using Vigil.Server.Tests.Trust;
using Vigil.Trust;

namespace Vigil.Server.Tests.Signing;

/// <summary>What the tests of the signed ledger do and look at.</summary>
internal static class Acts
{
    public static readonly Actor Actor = Actor.Machine(
        TenantId.Default,
        "test",
        Permission.SettingsWrite,
        Permission.SettingsRead,
        Permission.LedgerRead
    );

    public static async Task<bool> RecordAsync(Tx tx, string subject)
    {
        await tx.RecordAsync(new LedgerAct("test.done", subject));
        return true;
    }

    public static Task<bool> ActAsync(this OpenKernel open, string subject) =>
        open.Kernel.Db.ActAsync(Actor, Permission.SettingsWrite, tx => RecordAsync(tx, subject));

    /// <summary>As an outsider reads it, with the key that the database names.</summary>
    public static async Task<LedgerFolder> FolderAsync(OpenKernel open) =>
        new(open.LedgerFolder, VerifierKey.Parse((await HeadAsync(open)).Verifier!));

    public static Task<LedgerHead> HeadAsync(OpenKernel open) =>
        LedgerHead.ReadAsync(open.Kernel.Db, CancellationToken.None);

    public static Task<IReadOnlyList<LedgerRow>> RowsAsync(OpenKernel open) =>
        LedgerPlaces.ReadAsync(open.Kernel.Db, 0, long.MaxValue, CancellationToken.None);

    public static Task<long> CountAsync(OpenKernel open, string what) =>
        open.Kernel.Db.SystemAsync(
            "test",
            isWrite: false,
            tx => tx.FindAsync<long>($"select count(*) from {what}")
        );

    /// <summary>Folder and rows, as an auditor compares them.</summary>
    public static async Task<LedgerAuditReport> AuditAsync(OpenKernel open)
    {
        var folder = await FolderAsync(open);
        Assert.Empty(folder.Verify().Findings);
        using var audit = new LedgerAudit(open.Database);
        return await audit.RunAsync(folder, folder.ReadCheckpoint());
    }

    public static async Task AssertWholeAsync(OpenKernel open)
    {
        var report = await AuditAsync(open);
        Assert.Empty(report.Findings);
        Assert.Equal(0, report.Waiting);
    }

    public static void Copy(string from, string to)
    {
        var files = Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories);
        foreach (var file in files.Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
