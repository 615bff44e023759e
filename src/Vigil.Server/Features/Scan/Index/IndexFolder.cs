using Vigil.Files;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Index;

/// <summary>
/// Where this process keeps its index files: a folder of its own below the data folder, since several processes of one
/// installation may share that. What lies there is a cache and may be deleted while no server runs.
/// </summary>
internal sealed class IndexFolder : IDisposable
{
    /// <summary>Of the files' format: folders of others are removed.</summary>
    public const int Version = 1;

    private const string LockName = "index.lock";
    private const string TenantPrefix = "tenant-";
    private const int MaxProcesses = 16;

    private readonly string _root;
    private readonly string _own;
    private readonly FolderLock _lock;

    private IndexFolder(string root, string own, FolderLock taken) =>
        (_root, _own, _lock) = (root, own, taken);

    /// <summary>Null: sixteen other processes have one each.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static IndexFolder? TryTake(string dataFolder)
    {
        var root = Path.Combine(dataFolder, "index");
        for (var process = 0; process < MaxProcesses; process++)
        {
            var own = Path.Combine(root, $"v{Version}-{process}");
            Durable.CreateFolder(own);
            if (FolderLock.TryTake(own, LockName) is { } taken)
            {
                return new IndexFolder(root, own, taken);
            }
        }
        return null;
    }

    public string Of(TenantId tenant) => Path.Combine(_own, TenantPrefix + tenant.Value);

    /// <summary>Removes what this process has of a tenant.</summary>
    public void Remove(TenantId tenant) => Remove(Of(tenant));

    /// <summary>Removes, from every process's folder, what is of none of these tenants or of another format.</summary>
    public void RemoveAllBut(IReadOnlySet<TenantId> tenants)
    {
        var names = tenants.Select(tenant => TenantPrefix + tenant.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var process in Directory.EnumerateDirectories(_root))
        {
            if (!Path.GetFileName(process).StartsWith($"v{Version}-", StringComparison.Ordinal))
            {
                // Unless a process of that version still runs.
                using var free = FolderLock.TryTake(process, LockName);
                if (free is not null)
                {
                    Remove(process);
                }
                continue;
            }
            foreach (var tenant in Directory.EnumerateDirectories(process, TenantPrefix + "*"))
            {
                if (!names.Contains(Path.GetFileName(tenant)))
                {
                    Remove(tenant);
                }
            }
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Another process was faster.
        }
    }

    public void Dispose() => _lock.Dispose();
}
