using System.Globalization;
using System.Text;

namespace Vigil.Hashing;

/// <summary>A vPDQ file that cannot be read; the message says where and why, and shows no hash.</summary>
public sealed class VpdqFormatException(string message) : FormatException(message);

/// <summary>
/// The text form of vPDQ hashes, as the reference program writes it (vpdq/cpp, vpdqio): one frame a line,
/// <c>frame,quality,hash,seconds</c>, seconds with three decimals, lines end with a line feed. Hash values
/// are secrets: keep such a file as carefully as a list.
/// </summary>
public static class VpdqFile
{
    /// <summary>Lines of a file: more than eight hours at 60 frames a second.</summary>
    public const int MaxFeatures = 2_000_000;

    /// <summary>Characters of a line; real ones have under a hundred.</summary>
    private const int MaxLineLength = 256;

    /// <summary>Writes <paramref name="features"/> in their order.</summary>
    public static void Write(TextWriter writer, IEnumerable<VpdqFeature> features)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(features);
        foreach (var (frame, quality, hash, seconds) in features)
        {
            writer.Write(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{frame},{quality.Value},{hash.ToHex()},{seconds:F3}\n"
                )
            );
        }
    }

    /// <summary>Reads all lines; blank lines are skipped, columns beyond the fourth are ignored.</summary>
    /// <exception cref="VpdqFormatException">A line is no feature, there is none, or there are over
    /// <see cref="MaxFeatures"/>.</exception>
    public static IReadOnlyList<VpdqFeature> Read(TextReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var features = new List<VpdqFeature>();
        var line = new StringBuilder(MaxLineLength);
        for (var number = 1; TryReadLine(reader, line, number); number++)
        {
            var text = line.ToString().AsSpan().Trim();
            if (text.IsEmpty)
            {
                continue;
            }
            if (features.Count == MaxFeatures)
            {
                throw new VpdqFormatException($"More than {MaxFeatures} frames: split the file.");
            }
            features.Add(ParseLine(text, number));
        }
        return features.Count > 0
            ? features
            : throw new VpdqFormatException("No frame in it: hash the video again.");
    }

    private static VpdqFeature ParseLine(ReadOnlySpan<char> line, int number)
    {
        Span<Range> columns = stackalloc Range[5];
        const NumberStyles style = NumberStyles.AllowDecimalPoint;
        if (
            line.Split(columns, ',') >= 4
            && int.TryParse(line[columns[0]], NumberStyles.None, CultureInfo.InvariantCulture, out var frame)
            && int.TryParse(
                line[columns[1]],
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var quality
            )
            && quality <= 100
            && PdqHash.TryParse(line[columns[2]], out var hash)
            && double.TryParse(line[columns[3]], style, CultureInfo.InvariantCulture, out var seconds)
            && double.IsFinite(seconds)
        )
        {
            return new VpdqFeature(frame, new Quality(quality), hash, seconds);
        }
        throw new VpdqFormatException(
            $"Line {number} is not 'frame,quality,hash,seconds' with a quality of 0 to 100 and a hash of 64 "
                + "hexadecimal digits. Correct it or hash the video again."
        );
    }

    /// <summary>
    /// A line without its end; false at the end of the text. A file without line ends is not read whole.
    /// </summary>
    private static bool TryReadLine(TextReader reader, StringBuilder line, int number)
    {
        line.Clear();
        for (int next; (next = reader.Read()) >= 0; line.Append((char)next))
        {
            if (next == '\n')
            {
                return true;
            }
            if (line.Length == MaxLineLength)
            {
                throw new VpdqFormatException($"Line {number} is too long for a frame's hash.");
            }
        }
        return line.Length > 0;
    }
}
