using System.Globalization;
using Vigil.Hashing;

namespace Vigil.Matching.Lists;

/// <summary>
/// Takes the fields of one row as text and makes an entry of them or says why not. What is malformed refuses
/// the row, for its columns may have shifted; a PDQ hash that is well-formed but worthless only loses itself.
/// </summary>
internal sealed class EntryDraft
{
    /// <summary>
    /// Set bits that a PDQ hash of a real picture can have: the median splits 256 values into halves, ties
    /// apart.
    /// </summary>
    private const int MinPopCount = 96;
    private const int MaxPopCount = 160;

    private static readonly FileDigests OfNothing = DigestsOfNothing();

    private ListEntry _entry = new() { Id = "" };
    private (string Code, string Advice)? _problem;

    public void Clear()
    {
        _entry = new ListEntry { Id = "" };
        _problem = null;
    }

    /// <summary>Refuses the row; the first reason given stands.</summary>
    public void Refuse(string code, string advice) => _problem ??= (code, advice);

    public void Add(DigestAlgorithm algorithm, ReadOnlySpan<char> hex)
    {
        if (!IsHex(hex, Digest.LengthOf(algorithm) * 2, algorithm.ToString()))
        {
            return;
        }
        _ = Digest.TryParse(algorithm, hex, out var digest);
        if (digest == OfNothing.Md5 || digest == OfNothing.Sha1 || digest == OfNothing.Sha256)
        {
            Refuse(RejectCodes.EmptyFile, "This is the digest of an empty file; remove the row.");
        }
        RefuseIfPlaceholder(hex);
        Digest? earlier;
        (earlier, _entry) = algorithm switch
        {
            DigestAlgorithm.Md5 => (_entry.Md5, _entry with { Md5 = digest }),
            DigestAlgorithm.Sha1 => (_entry.Sha1, _entry with { Sha1 = digest }),
            _ => (_entry.Sha256, _entry with { Sha256 = digest }),
        };
        RefuseIfOther(earlier is { } other && other != digest, algorithm.ToString());
    }

    public void AddPdq(ReadOnlySpan<char> hex)
    {
        if (IsHex(hex, PdqHash.HexLength, "PDQ"))
        {
            _ = PdqHash.TryParse(hex, out var hash);
            RefuseIfOther(_entry.Pdq is { } other && other != hash, "PDQ");
            _entry = _entry with { Pdq = hash };
        }
    }

    public void AddQuality(ReadOnlySpan<char> text)
    {
        if (
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value <= 100
        )
        {
            _entry = _entry with { PdqQuality = new Quality(value) };
        }
        else
        {
            Refuse(RejectCodes.BadQuality, "The quality of a PDQ hash is a whole number from 0 to 100.");
        }
    }

    public void SetId(string id)
    {
        if (!PlainText.Is(id, ListLimits.MaxIdCharacters))
        {
            Refuse(
                RejectCodes.BadId,
                $"An id has 1 to {ListLimits.MaxIdCharacters} printable characters, no line ends or NULs."
            );
        }
        _entry = _entry with { Id = id };
    }

    public void SetCategory(string category)
    {
        if (!PlainText.Is(category, ListLimits.MaxCategoryCharacters))
        {
            Refuse(
                RejectCodes.BadCategory,
                $"A category has at most {ListLimits.MaxCategoryCharacters} printable characters."
            );
        }
        _entry = _entry with { Category = category };
    }

    /// <summary>The one or two rows that this one gave.</summary>
    public IEnumerable<ListRow> Finish(long row)
    {
        var entry =
            _entry.Id.Length > 0
                ? _entry
                : _entry with
                {
                    Id = row.ToString(CultureInfo.InvariantCulture),
                    IsIdFromRow = true,
                };
        if (_problem is { } problem)
        {
            return [Rejected(row, problem)];
        }
        var hasDigest = (entry.Md5 ?? entry.Sha1 ?? entry.Sha256) is not null;
        if (entry.Pdq is not { } pdq)
        {
            return hasDigest
                ? [new ListRow(entry with { PdqQuality = null }, null)]
                : [Rejected(row, (RejectCodes.NoFingerprint, "The row has no MD5, SHA-1, SHA-256 or PDQ."))];
        }
        if (Worthless(pdq, entry.PdqQuality) is not { } reason)
        {
            return [new ListRow(entry, null)];
        }
        return hasDigest
            ?
            [
                new ListRow(entry with { Pdq = null, PdqQuality = null }, null),
                Rejected(
                    row,
                    reason with
                    {
                        Advice = reason.Advice + " The digests of this row were taken.",
                    }
                ),
            ]
            : [Rejected(row, reason)];
    }

    private static (string Code, string Advice)? Worthless(PdqHash hash, Quality? quality)
    {
        var count = hash.PopCount;
        if (count is 0 or PdqHash.Bits)
        {
            return (
                count == 0 ? RejectCodes.AllZero : RejectCodes.AllOne,
                "A PDQ hash of one bit repeated is a placeholder."
            );
        }
        if (count is < MinPopCount or > MaxPopCount)
        {
            return (
                RejectCodes.DegeneratePdq,
                $"A PDQ hash has {MinPopCount} to {MaxPopCount} of {PdqHash.Bits} bits set; this "
                    + "picture was flat."
            );
        }
        if (quality < Quality.DefaultFloor)
        {
            return (
                RejectCodes.LowQuality,
                $"PDQ hashes of quality below {Quality.DefaultFloor.Value} match unrelated pictures."
            );
        }
        return null;
    }

    private bool IsHex(ReadOnlySpan<char> hex, int length, string kind)
    {
        if (hex.ContainsAnyExcept(HexDigits))
        {
            Refuse(RejectCodes.NotHexadecimal, $"{kind} is written with the digits 0-9 and a-f alone.");
            return false;
        }
        if (hex.Length != length)
        {
            Refuse(
                RejectCodes.WrongLength,
                $"{kind} has {length} hexadecimal digits, this has {hex.Length}."
            );
            return false;
        }
        return true;
    }

    private void RefuseIfPlaceholder(ReadOnlySpan<char> hex)
    {
        if (!hex.ContainsAnyExcept('0'))
        {
            Refuse(RejectCodes.AllZero, "A digest of zeros is a placeholder; remove the row.");
        }
        if (!hex.ContainsAnyExcept('f', 'F'))
        {
            Refuse(RejectCodes.AllOne, "A digest of ones is a placeholder; remove the row.");
        }
    }

    private void RefuseIfOther(bool other, string kind)
    {
        if (other)
        {
            Refuse(
                RejectCodes.Conflict,
                $"The row states two different {kind} values; ask its source which holds."
            );
        }
    }

    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create(
        "0123456789abcdefABCDEF"
    );

    private static ListRow Rejected(long row, (string Code, string Advice) reason) =>
        new(null, new RejectedRow(row, reason.Code, reason.Advice));

    private static FileDigests DigestsOfNothing()
    {
        using var hasher = new DigestHasher();
        return hasher.Finish();
    }
}
