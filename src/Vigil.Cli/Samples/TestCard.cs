using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Lists;
using Vigil.Media;

namespace Vigil.Cli.Samples;

/// <summary>
/// One published picture, plainly a test card, and the list that knows it: whether a whole installation finds
/// what is known can be tried with it, as virus scanners are tried with the EICAR file. Its values are
/// public; every result from its list is marked TEST. Drawn in whole numbers and stored uncompressed: the
/// same bytes for ever.
/// </summary>
internal static class TestCard
{
    public const string ListName = "vigil-test-card";

    public const string Attestation = "TEST: not real";

    public const int Width = 640;
    public const int Height = 480;

    // Of the bytes of Png and of its pixels; a test derives them again.
    public const string Md5 = "04b5da70c51a7a0fda729f998ea2fe02";
    public const string Sha1 = "aedd8e5a5fc922365b8f425a4c7dc1cae11b8cca";
    public const string Sha256 = "5d1bd118e7181cf5120265d59505a73a5dcc35d603f4de22bc46dcc2d8155bbe";
    public const string Pdq = "6673dc672a81452ebb80042fe6d5b308c374fb85005b2ce7cd6e3603b2dec8f7";
    public const int PdqQuality = 100;

    private static readonly Colour[] Bars =
    [
        Colour.Of(0xf0f0f0),
        Colour.Of(0x2040c0),
        Colour.Of(0xe0d020),
        Colour.Of(0x101418),
        Colour.Of(0x20a0a8),
        Colour.Of(0xc02828),
        Colour.Of(0xf0a0c0),
        Colour.Of(0x184820),
    ];

    private static readonly Lazy<Picture> Drawn = new(Draw);

    public static Picture Picture => Drawn.Value;

    /// <summary>The file.</summary>
    public static byte[] Png => PngWriter.StoredRgb(Picture);

    /// <summary>
    /// Of the purpose and with the attestation that lead a real list's matches all the way, so that all the
    /// way is tried; marked as a test, so that nobody takes it for one.
    /// </summary>
    public static SignalList List { get; } =
        new(
            new ListInfo
            {
                Name = ListName,
                Purpose = ListPurpose.KnownCsam,
                Source = "Vigil",
                Attestation = Attestation,
                IsTest = true,
            },
            [
                new ListEntry
                {
                    Id = "test-card",
                    Md5 = Of(DigestAlgorithm.Md5, Md5),
                    Sha1 = Of(DigestAlgorithm.Sha1, Sha1),
                    Sha256 = Of(DigestAlgorithm.Sha256, Sha256),
                    Pdq = PdqHash.TryParse(Pdq, out var pdq) ? pdq : throw new FormatException(nameof(Pdq)),
                    PdqQuality = new Quality(PdqQuality),
                },
            ]
        );

    /// <summary>One fingerprint of the card is enough: nobody has another file with it.</summary>
    public static bool Is(ListEntry entry)
    {
        var card = List.Entries[0];
        return entry.Md5 == card.Md5
            || entry.Sha1 == card.Sha1
            || entry.Sha256 == card.Sha256
            || entry.Pdq == card.Pdq;
    }

    private static Digest Of(DigestAlgorithm algorithm, string hex) =>
        Digest.TryParse(algorithm, hex, out var digest)
            ? digest
            : throw new FormatException(algorithm.ToString());

    private static Picture Draw()
    {
        var card = new Picture(Width, Height).Rearrange(Width, Height, ColourAt);
        Write(card, "SAMPLE", 70, 70, 14);
        Write(card, "TEST CARD", 53, 340, 10);
        Write(card, "NOT REAL", 330, 440, 4);
        return card;
    }

    private static Colour ColourAt(int x, int y)
    {
        var (dx, dy) = (x - 430, y - 235);
        var square = dx * dx + dy * dy;
        if (square < 110 * 110)
        {
            return Bars[square / 1600 % Bars.Length];
        }
        if (y < 210)
        {
            return Bars[x * Bars.Length / Width];
        }
        if (y < 320)
        {
            return x < 250
                ? Bars[(x / 25 + y / 22) % 2 * 3]
                : new Colour((byte)(x * 255 / Width), 90, (byte)y);
        }
        return Bars[(x + 2 * y) / 90 % Bars.Length];
    }

    /// <summary>White dots on a black edge, readable on any ground.</summary>
    private static void Write(Picture card, string text, int left, int top, int unit)
    {
        foreach (var (edge, colour) in new[] { (unit / 3, Colour.Black), (0, Colour.White) })
        {
            for (var y = -edge; y < Letters.Rows * unit + edge; y++)
            {
                for (var x = -edge; x < Letters.WidthOf(text) * unit + edge; x++)
                {
                    if (IsNearInk(text, x, y, unit, edge))
                    {
                        card[left + x, top + y] = colour;
                    }
                }
            }
        }
    }

    private static bool IsNearInk(string text, int x, int y, int unit, int edge)
    {
        bool Ink(int px, int py) => px >= 0 && py >= 0 && Letters.IsInk(text, px / unit, py / unit);
        return Ink(x, y)
            || Ink(x - edge, y - edge)
            || Ink(x + edge, y - edge)
            || Ink(x - edge, y + edge)
            || Ink(x + edge, y + edge);
    }
}
