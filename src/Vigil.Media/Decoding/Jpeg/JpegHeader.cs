using System.Buffers.Binary;

namespace Vigil.Media.Decoding.Jpeg;

/// <summary>
/// The markers before the first scan (ITU-T T.81 annex B): what is needed to refuse a bomb, and what
/// turbojpeg does not tell. Lengths are never trusted beyond the data.
/// </summary>
internal ref struct JpegHeader
{
    private const int StartOfScan = 0xDA;
    private const int EndOfImage = 0xD9;
    private const int App1 = 0xE1;
    private const int App2 = 0xE2;
    private const int App14 = 0xEE;

    /// <summary>Of a colour profile; printers' profiles have 0.5 to 3 MB.</summary>
    private const int MaxProfileBytes = 8 * 1024 * 1024;

    /// <summary>The low byte of the SOF marker, 0xC0 to 0xCF; 0 when there is none.</summary>
    public int FrameType { get; private set; }

    public int Precision { get; private set; }
    public int Width { get; private set; }
    public int Height { get; private set; }

    /// <summary>1 grey, 3 colours, 4 inks.</summary>
    public int Components { get; private set; }

    /// <summary>An Adobe marker is there: four inks are stored inverted.</summary>
    public bool HasAdobeMarker { get; private set; }

    /// <summary>The data ended before the first scan.</summary>
    public bool EndedEarly { get; private set; }

    public int Orientation { get; private set; }

    /// <summary>
    /// The embedded colour profile, put together; empty when there is none or a piece is missing.
    /// </summary>
    public byte[] Profile { get; private set; }

    /// <summary>SOF2, SOF6, SOF10, SOF14: the whole picture is kept as coefficients.</summary>
    public readonly bool IsProgressive => (FrameType & 0xC3) == 0xC2 && FrameType != 0;

    /// <summary>Huffman or arithmetic, sequential or progressive, 8 bits: what turbojpeg 2.1 reads.</summary>
    public readonly bool IsSupported => Precision == 8 && FrameType is 0xC0 or 0xC1 or 0xC2 or 0xC9 or 0xCA;

    public static JpegHeader Read(ReadOnlySpan<byte> file)
    {
        var header = new JpegHeader { Orientation = ExifOrientation.Upright, Profile = [] };
        var profile = new ProfilePieces();
        var at = 2;
        while (true)
        {
            // Fill bytes 0xFF may precede a marker (B.1.1.2); garbage between markers is skipped as libjpeg
            // does.
            while (at < file.Length && file[at] != 0xFF)
            {
                at++;
            }
            while (at < file.Length && file[at] == 0xFF)
            {
                at++;
            }
            if (at + 3 > file.Length)
            {
                header.EndedEarly = true;
                break;
            }
            var marker = file[at++];
            if (marker is StartOfScan or EndOfImage)
            {
                break;
            }
            if (marker is 0 or 1 or (>= 0xD0 and <= 0xD8))
            {
                continue;
            }
            var length = BinaryPrimitives.ReadUInt16BigEndian(file[at..]);
            if (length < 2 || at + length > file.Length)
            {
                header.EndedEarly = true;
                break;
            }
            header.Take(marker, file.Slice(at + 2, length - 2), profile);
            at += length;
        }
        header.Profile = profile.Join();
        return header;
    }

    private void Take(int marker, ReadOnlySpan<byte> payload, ProfilePieces profile)
    {
        // DHT, JPG and DAC share the range of the SOF markers.
        var isFrame = marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
        if (isFrame && payload.Length >= 6 && FrameType == 0)
        {
            FrameType = marker;
            Precision = payload[0];
            Height = BinaryPrimitives.ReadUInt16BigEndian(payload[1..]);
            Width = BinaryPrimitives.ReadUInt16BigEndian(payload[3..]);
            Components = payload[5];
        }
        else if (marker == App1 && payload.StartsWith("Exif\0\0"u8) && Orientation == ExifOrientation.Upright)
        {
            Orientation = ExifOrientation.Read(payload);
        }
        else if (marker == App2 && payload.StartsWith("ICC_PROFILE\0"u8))
        {
            profile.Add(payload[12..]);
        }
        else if (marker == App14 && payload.Length >= 12 && payload.StartsWith("Adobe"u8))
        {
            HasAdobeMarker = true;
        }
    }

    /// <summary>ICC.1:2010 annex B.4: numbered pieces of a profile, of any order.</summary>
    private sealed class ProfilePieces
    {
        private readonly SortedDictionary<int, byte[]> pieces = [];
        private int count;
        private int bytes;
        private bool broken;

        public void Add(ReadOnlySpan<byte> payload)
        {
            bytes += payload.Length;
            if (broken || payload.Length < 2 || bytes > MaxProfileBytes)
            {
                broken = true;
                return;
            }
            count = pieces.Count == 0 ? payload[1] : count;
            broken =
                payload[0] == 0 || payload[1] != count || !pieces.TryAdd(payload[0], payload[2..].ToArray());
        }

        public byte[] Join() =>
            broken || pieces.Count != count || pieces.Keys.LastOrDefault() != count
                ? []
                : [.. pieces.Values.SelectMany(piece => piece)];
    }
}
