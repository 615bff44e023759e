using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace Vigil.Trust;

/// <summary>
/// One content that was scanned, as its history would be kept. Fingerprints are bytes, as the kernel knows no hash
/// algorithm. Shows nothing as text.
/// </summary>
public sealed class ScannedContent
{
    /// <summary>Of one of <see cref="Pictures"/>: the hash, highest bits first, and the quality, 0 to 100.</summary>
    public const int PictureBytes = SignalValue.PdqBytes + 1;

    public required Guid ScanId { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>The state of the lists that it was decided by.</summary>
    public required long ListGeneration { get; init; }

    public required Surface Surface { get; init; }

    /// <summary>ISO 3166 code, or empty.</summary>
    public required string Jurisdiction { get; init; }

    /// <summary>The platform's pseudonym of the account, or an address.</summary>
    public string? Account { get; init; }

    /// <summary>The platform's own reference of the content.</summary>
    public string? ContentRef { get; init; }

    public byte[]? Md5 { get; init; }
    public byte[]? Sha1 { get; init; }
    public byte[]? Sha256 { get; init; }

    /// <summary>Everything that was looked up, <see cref="PictureBytes"/> each, one after the other.</summary>
    public byte[] Pictures { get; init; } = [];

    /// <summary>The first so many of <see cref="Pictures"/> show the whole; the others a piece of it.</summary>
    public required int WholePictures { get; init; }

    /// <summary>Of a video: when each picture is shown; null for other content.</summary>
    public float[]? PictureSeconds { get; init; }

    /// <summary>About how much memory it holds.</summary>
    public long Bytes => 256 + Pictures.Length + (4L * (PictureSeconds?.Length ?? 0));
}

/// <summary>
/// What scanning tells of contents it decided, hits and misses, to who keeps a history of them for the tenants that
/// want one. In memory, bounded, and never waited for: what finds no room is counted as lost, and the scan goes on.
/// </summary>
public sealed class ScannedContents
{
    /// <summary>Of what waits.</summary>
    public const long MaxWaitingBytes = 64L * 1024 * 1024;

    private readonly ConcurrentQueue<(TenantId Tenant, ScannedContent Content)> _waiting = new();
    private readonly ConcurrentDictionary<TenantId, long> _lost = new();
    private volatile FrozenSet<TenantId> _wanting = [];
    private long _bytes;

    /// <summary>For nobody else is anything held, not even for a moment.</summary>
    public bool IsWanted(TenantId tenant) => _wanting.Contains(tenant);

    /// <summary>Whose contents are told from now on.</summary>
    public void Want(IEnumerable<TenantId> tenants) => _wanting = tenants.ToFrozenSet();

    /// <summary>Never waits and never fails.</summary>
    public void Tell(TenantId tenant, ScannedContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (!IsWanted(tenant))
        {
            return;
        }
        if (Interlocked.Add(ref _bytes, content.Bytes) > MaxWaitingBytes)
        {
            Interlocked.Add(ref _bytes, -content.Bytes);
            _lost.AddOrUpdate(tenant, 1, static (_, count) => count + 1);
            return;
        }
        _waiting.Enqueue((tenant, content));
    }

    /// <summary>What waits, at most so many, oldest first.</summary>
    public IReadOnlyList<(TenantId Tenant, ScannedContent Content)> Take(int most)
    {
        var taken = new List<(TenantId, ScannedContent)>();
        while (taken.Count < most && _waiting.TryDequeue(out var next))
        {
            Interlocked.Add(ref _bytes, -next.Content.Bytes);
            taken.Add(next);
        }
        return taken;
    }

    /// <summary>What found no room since the last call.</summary>
    public IReadOnlyList<(TenantId Tenant, long Count)> TakeLost() =>
        [
            .. _lost
                .Keys.Select(tenant => (tenant, _lost.TryRemove(tenant, out var count) ? count : 0))
                .Where(lost => lost.Item2 > 0),
        ];
}
