using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vigil.Cli.Lookups;
using Vigil.Files;
using Vigil.Matching;

namespace Vigil.Cli.Scanning;

/// <summary>
/// Under which name a file is remembered: a keyed digest, useless without the journal's own key.
/// </summary>
internal readonly record struct FileKey(UInt128 Value);

/// <summary>
/// What a scan has looked at, sealed on disk, so that the next run skips it. Of a file without a match it
/// holds a keyed digest of name, size, times and inode, and nothing of its contents; of one with matches also
/// what was found. A file that could not be processed is not in it: it is tried again.
/// </summary>
internal sealed class ScanJournal : IDisposable
{
    private const byte HeaderKind = 1;
    private const byte CleanKind = 2;
    private const byte NotMediaKind = 3;
    private const byte DetailKind = 4;
    private const byte ByGreyKind = 5;
    private const int KeyBytes = 32;
    private const int FileKeyBytes = 16;

    private static readonly byte[] Clean = new byte[1];
    private static readonly byte[] NotMedia = new byte[1];
    private static readonly byte[] ByGrey = new byte[1];

    private readonly Dictionary<FileKey, byte[]> _seen = [];
    private byte[]? _key;
    private byte[]? _generation;
    private SealedLog? _log;

    /// <summary>Opens the journal; one of other lists or options is begun anew.</summary>
    /// <param name="path">The journal's file.</param>
    /// <param name="generation">Digest of everything but the file that decides what a look-up gives.</param>
    /// <exception cref="SealBrokenException">It was altered.</exception>
    public static ScanJournal Open(string path, KeyRing keys, byte[] generation)
    {
        var journal = new ScanJournal();
        journal.Load(path, keys);
        if (journal._key is not null && journal._generation.AsSpan().SequenceEqual(generation))
        {
            return journal;
        }

        if (journal._key is not null)
        {
            journal.Dispose();
            Durable.Delete(path);
            journal = new ScanJournal();
            journal.Load(path, keys);
        }
        journal.Begin(generation);
        return journal;
    }

    public FileKey KeyOf(string fullPath, FileIdentity identity)
    {
        var name = Encoding.UTF8.GetBytes(fullPath);
        var message = new byte[name.Length + 5 * sizeof(ulong)];
        name.CopyTo(message, 0);
        var numbers = message.AsSpan(name.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(numbers, identity.Device);
        BinaryPrimitives.WriteUInt64LittleEndian(numbers[8..], identity.Inode);
        BinaryPrimitives.WriteUInt64LittleEndian(numbers[16..], identity.Bytes);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[24..], identity.ModifiedNs);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[32..], identity.ChangedNs);
        return new FileKey(BinaryPrimitives.ReadUInt128BigEndian(HMACSHA256.HashData(_key!, message)));
    }

    public bool TryRecall(FileKey key, string input, long bytes, [NotNullWhen(true)] out LookupReport? report)
    {
        report = null;
        if (!_seen.TryGetValue(key, out var detail))
        {
            return false;
        }

        if (
            ReferenceEquals(detail, Clean)
            || ReferenceEquals(detail, NotMedia)
            || ReferenceEquals(detail, ByGrey)
        )
        {
            report = new LookupReport(input, [])
            {
                NotMedia = ReferenceEquals(detail, NotMedia),
                ByGrey = ReferenceEquals(detail, ByGrey),
            };
        }
        else if (JsonSerializer.Deserialize<Detail>(detail) is { } read)
        {
            report = new LookupReport(input, read.Matches)
            {
                Strongest = read.Strongest,
                MatchesOmitted = read.Omitted,
                NotMedia = read.NotMedia,
                Truncated = read.Truncated,
                ByGrey = read.ByGrey,
            };
        }

        report = report is null ? null : report with { Resumed = true, Bytes = bytes };
        return report is not null;
    }

    /// <summary>Remembers a file that was looked at in full. Durable after <see cref="Sync"/>.</summary>
    public void Append(FileKey key, LookupReport report)
    {
        var plain = report.Matches.Count == 0 && !report.Truncated;
        var detail = plain
            ? []
            : JsonSerializer.SerializeToUtf8Bytes(
                new Detail(
                    report.Matches,
                    report.Strongest,
                    report.MatchesOmitted,
                    report.NotMedia,
                    report.Truncated,
                    report.ByGrey
                )
            );
        var record = new byte[1 + FileKeyBytes + detail.Length];
        // Longer than a record may be: the file is looked at again in the next run.
        if (record.Length > SealedLog.MaxRecordBytes)
        {
            return;
        }

        record[0] =
            !plain ? DetailKind
            : report.NotMedia ? NotMediaKind
            : report.ByGrey ? ByGreyKind
            : CleanKind;
        BinaryPrimitives.WriteUInt128BigEndian(record.AsSpan(1), key.Value);
        detail.CopyTo(record, 1 + FileKeyBytes);
        _log!.Append(record);
    }

    public void Sync() => _log!.Sync();

    public void Dispose() => _log?.Dispose();

    private void Load(string path, KeyRing keys)
    {
        var context = new SealContext(KeyRing.DefaultTenant, $"scan/{Path.GetFileName(path)}", 1)
        {
            // What was scanned can be scanned again.
            BeforeDrill = true,
        };
        _log = SealedLog.Open(path, keys, context, Take);
    }

    private void Begin(byte[] generation)
    {
        _key = RandomNumberGenerator.GetBytes(KeyBytes);
        _generation = generation;
        _log!.Append([HeaderKind, .. _key, .. generation]);
        _log.Sync();
    }

    private void Take(byte[] record)
    {
        if (record is [HeaderKind, ..])
        {
            _key = record[1..(1 + KeyBytes)];
            _generation = record[(1 + KeyBytes)..];
            return;
        }
        var key = new FileKey(BinaryPrimitives.ReadUInt128BigEndian(record.AsSpan(1)));
        _seen[key] = record[0] switch
        {
            CleanKind => Clean,
            NotMediaKind => NotMedia,
            ByGreyKind => ByGrey,
            _ => record[(1 + FileKeyBytes)..],
        };
    }

    private sealed record Detail(
        IReadOnlyList<FoundEntry> Matches,
        MatchStrength? Strongest,
        int Omitted,
        bool NotMedia,
        bool Truncated,
        bool ByGrey
    );
}
