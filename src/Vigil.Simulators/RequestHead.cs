using System.Globalization;
using System.Text;

namespace Vigil.Simulators;

/// <summary>The head of an HTTP/1.1 request, as far as a receiver needs it.</summary>
internal sealed class RequestHead
{
    private RequestHead(string method, string path, Dictionary<string, string> headers) =>
        (Method, Path, Headers) = (method, path, headers);

    public string Method { get; }

    public string Path { get; }

    public IReadOnlyDictionary<string, string> Headers { get; }

    public int ContentLength =>
        int.TryParse(this["content-length"], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length
            : 0;

    /// <summary>Empty: not sent.</summary>
    public string this[string name] => Headers.TryGetValue(name, out var value) ? value : "";

    /// <summary>Null: the caller sent no whole head.</summary>
    public static async Task<RequestHead?> ReadAsync(
        Stream stream,
        int maxBytes,
        CancellationToken cancellation
    )
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (bytes.Count < maxBytes && await stream.ReadAsync(one, cancellation) == 1)
        {
            bytes.Add(one[0]);
            if (bytes is [.., (byte)'\r', (byte)'\n', (byte)'\r', (byte)'\n'])
            {
                return Parse(Encoding.Latin1.GetString([.. bytes]));
            }
        }
        return null;
    }

    private static RequestHead? Parse(string text)
    {
        var lines = text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0 || lines[0].Split(' ') is not [var method, var path, _])
        {
            return null;
        }
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                headers[line[..colon]] = line[(colon + 1)..].Trim();
            }
        }
        return new RequestHead(method, path, headers);
    }
}
