using System.Runtime.InteropServices;
using Vigil.Server.Features.Scan.Policies;

namespace Vigil.Server.Features.Scan.Index;

/// <summary>What the index knows of a list beside its entries; a change of it rebuilds nothing.</summary>
internal sealed record IndexedList
{
    public required Guid Id { get; init; }

    public required Matching.Lists.ListInfo Info { get; init; }
    public required Mode Mode { get; init; }

    /// <summary>But for <see cref="StaleAt"/>.</summary>
    public Doubts Doubts { get; init; }

    /// <summary>From when on it counts as stale; null: never.</summary>
    public DateTimeOffset? StaleAt { get; init; }
    public bool IsRemoved { get; init; }

    /// <summary>Its entries are looked at.</summary>
    public bool IsSearched => !IsRemoved && Mode != Mode.Off;

    public Doubts DoubtsAt(DateTimeOffset now) => Doubts | (StaleAt < now ? Doubts.Stale : Doubts.None);
}

/// <summary>A file that must not be flagged, by keyed digest.</summary>
internal sealed record Suppression
{
    public required Guid Id { get; init; }
    public byte[]? Sha256Blind { get; init; }
    public byte[]? Md5Sha1Blind { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public long SampleEvery { get; init; }
    public long Generation { get; init; }
    public bool IsRemoved { get; init; }
}

/// <summary>A keyed digest, as a key of dictionaries.</summary>
internal readonly record struct Blind(ulong A, ulong B, ulong C, ulong D)
{
    public static Blind Of(ReadOnlySpan<byte> digest)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(digest);
        return new Blind(words[0], words[1], words[2], words[3]);
    }

    public byte[] ToBytes()
    {
        var words = new[] { A, B, C, D };
        return MemoryMarshal.AsBytes(words.AsSpan()).ToArray();
    }

    /// <summary>It stands for a secret.</summary>
    public override string ToString() => "digest";
}
