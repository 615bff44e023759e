using Vigil.FaultProbe;
using Vigil.Trust;

namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>
/// A copy of what a killed server left, looked at through the kernel: what itself was left is first opened by the next
/// server.
/// </summary>
internal sealed class CrashState : IAsyncDisposable
{
    private readonly string _folder;
    private readonly TrustKernel _kernel;
    private readonly LedgerSigning _signing;

    private CrashState(string folder, long signed, TrustKernel kernel)
    {
        (_folder, Signed, _kernel) = (folder, signed, kernel);
        _signing = new LedgerSigning(kernel);
    }

    /// <summary>Entries of the ledger that the server had signed.</summary>
    public long Signed { get; }

    /// <param name="data">Of the server that is gone.</param>
    /// <param name="copy">A folder that is not there.</param>
    /// <exception cref="Xunit.Sdk.XunitException">The ledger is not as it was signed.</exception>
    public static async Task<CrashState> CopyAsync(string data, string copy)
    {
        foreach (var file in Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(copy, Path.GetRelativePath(data, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            if (!file.EndsWith("-shm", StringComparison.Ordinal))
            {
                File.Copy(file, to);
            }
        }
        var signed = await WholeLedger.SizeAsync(copy);
        var kernel = await TrustKernel.OpenAsync(
            new TrustOptions
            {
                Database = DbOptions.Parse(Path.Combine(copy, "vigil.db")),
                KeysFolder = Path.Combine(copy, "keys"),
            },
            VigilApp.Tables
        );
        return new CrashState(copy, signed, kernel);
    }

    public Task<IReadOnlyList<T>> ReadAsync<T>(string sql, object values) =>
        _kernel.Db.SystemAsync("test", isWrite: false, tx => tx.QueryAsync<T>(sql, values));

    /// <summary>Of this action, about this thing.</summary>
    public async Task<IReadOnlyList<LedgerEntry>> ActsAsync(string action, string about)
    {
        var acts = await _kernel.Db.SystemAsync(
            "test",
            isWrite: false,
            tx => LedgerReader.AboutAsync(tx, about)
        );
        return [.. acts.Where(act => act.Action == action)];
    }

    /// <summary>Null: it opens to nobody. Damaged: as far as it could be read.</summary>
    public Task<byte[]?> OpenAsync(Guid id) => OpenAsync(_kernel, id);

    public static async Task<byte[]?> OpenAsync(TrustKernel kernel, Guid id)
    {
        using var bytes = new MemoryStream();
        try
        {
            await using var stream = await kernel.Contents.OpenAsync(
                Actor.Machine(TenantId.Default, "test", Permission.ContentReveal),
                id,
                Permission.ContentReveal,
                "A test."
            );
            await stream.CopyToAsync(bytes);
        }
        catch (ContentException e)
            when (e.Problem is ContentProblem.Destroyed or ContentProblem.NoSuchContent)
        {
            return null;
        }
        catch (Exception e) when (e is ContentException or IOException)
        {
            // Damaged: what came before stays.
        }
        return bytes.ToArray();
    }

    /// <summary>Names of what lies in the locker of a content.</summary>
    public static IEnumerable<string> FilesOf(string folder, Guid id) =>
        Directory.EnumerateFiles(
            Path.Combine(folder, "locker", "default", "objects"),
            $"{id:n}.*",
            SearchOption.AllDirectories
        );

    public IEnumerable<string> FilesOf(Guid id) => FilesOf(_folder, id);

    public async ValueTask DisposeAsync()
    {
        await _signing.DisposeAsync();
        _kernel.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
