using Vigil.Cli.Samples;
using Vigil.Matching;
using Vigil.Matching.Lists;

namespace Vigil.Cli.Lookups;

/// <summary>A list ready to be searched.</summary>
/// <param name="Label">What the person called it.</param>
/// <param name="IsPlain">A file as it came, not imported: its entries are named by their hash.</param>
internal sealed record LoadedList(string Label, SignalList List, bool IsPlain)
{
    /// <summary>Of a test list, or the test card in whatever list it came.</summary>
    public bool IsTest(ListEntry entry) => List.Info.IsTest || TestCard.Is(entry);

    /// <summary>The label as output shows it: a test cannot be taken for a real match.</summary>
    public string ShownLabel(ListEntry entry) => IsTest(entry) ? $"TEST {Label}" : Label;

    /// <summary>
    /// How output names an entry: the hash that matched where the person gave the plain file, else its id.
    /// </summary>
    public string NameOf(ListEntry entry, Fingerprint fingerprint, Match match)
    {
        if (!IsPlain)
        {
            return entry.Id;
        }

        if (match.DistanceBits is not null && entry.Pdq is { } pdq)
        {
            return pdq.ToHex();
        }

        if (entry.Sha256 is { } sha256 && sha256 == fingerprint.Sha256)
        {
            return sha256.ToHex();
        }

        if (entry.Sha1 is { } sha1 && sha1 == fingerprint.Sha1)
        {
            return sha1.ToHex();
        }

        return entry.Md5 is { } md5 && md5 == fingerprint.Md5 ? md5.ToHex() : entry.Id;
    }
}
