using System.Text;
using Vigil.Cli.Output;
using Vigil.Files;

namespace Vigil.Cli.Inputs;

/// <summary>A line of a file of hashes: the hash, or what is wrong with the line.</summary>
internal readonly record struct HashFileLine(string Place, TextHash? Hash, Failure? Failure);

/// <summary>Text files with one hash a line; blank lines and lines that start with # are skipped.</summary>
internal static class HashFile
{
    private const int SniffBytes = 4096;

    /// <summary>Largest file of hashes: four million PDQ lines.</summary>
    private const long MaxBytes = 256L * 1024 * 1024;

    /// <summary>Whether the first line that says something is a hash. No picture format begins so.</summary>
    public static bool Looks(string path)
    {
        try
        {
            using var stream = InputFile.OpenRead(path);
            var start = new byte[SniffBytes];
            var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            using var reader = new StreamReader(new MemoryStream(start, 0, length), Encoding.UTF8);
            while (reader.ReadLine() is { } line)
            {
                if (Says(line))
                {
                    return TextHash.TryParse(line.Trim(), out _);
                }
            }
            return false;
        }
        catch (IOException)
        {
            // Whoever processes the file meets the same error and reports it.
            return false;
        }
    }

    /// <exception cref="IOException">It cannot be read or is too large.</exception>
    public static IEnumerable<HashFileLine> Read(string path)
    {
        using var stream = InputFile.OpenRead(path);
        if (stream.Length > MaxBytes)
        {
            throw new IOException($"{path} is larger than {MaxBytes >> 20} MiB: split it.");
        }

        using var reader = new StreamReader(stream, Encoding.UTF8);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (!Says(line))
            {
                continue;
            }

            yield return TextHash.TryParse(line.Trim(), out var hash)
                ? new HashFileLine(path, hash, null)
                : new HashFileLine($"{path}, line {number}", null, new Failure("bad-hash", TextHash.Advice));
        }
    }

    private static bool Says(string line) => !string.IsNullOrWhiteSpace(line) && line[0] != '#';
}
