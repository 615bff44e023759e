using System.Security.Cryptography;
using System.Text;
using Vigil.Cli.Inputs;
using Vigil.Cli.Lookups;
using Vigil.Hashing;
using Vigil.Matching.Lists;

namespace Vigil.Cli.Scanning;

/// <summary>
/// A digest of everything beside the file that decides what its look-up gives: lists, options, version. When
/// it changes, nothing that was seen before counts as seen.
/// </summary>
internal static class ScanGeneration
{
    public static byte[] Of(IReadOnlyList<LoadedList> lists, Algorithms algorithms, LookupOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var version = typeof(ScanGeneration).Assembly.GetName().Version;
        var asked = string.Join(',', algorithms.Wanted.Order());
        Add(
            hash,
            $"{version} {asked} {options.Radius?.Bits} {options.Request} {options.Queries} {options.Video}"
        );
        foreach (var list in lists)
        {
            Add(hash, $"{list.Label.Length} {list.Label} {list.List.Info} {list.List.Entries.Count}");
            foreach (var entry in list.List.Entries)
            {
                Add(hash, entry);
            }
        }
        return hash.GetHashAndReset();
    }

    private static void Add(IncrementalHash hash, ListEntry entry)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        Add(hash, $"{entry.Id.Length} {entry.Id} {entry.PdqQuality?.Value}");
        foreach (var digest in (ReadOnlySpan<Digest?>)[entry.Md5, entry.Sha1, entry.Sha256])
        {
            bytes.Clear();
            digest?.CopyTo(bytes);
            hash.AppendData(bytes);
        }
        bytes.Clear();
        entry.Pdq?.CopyTo(bytes);
        hash.AppendData(bytes);
    }

    private static void Add(IncrementalHash hash, string text) =>
        hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
}
