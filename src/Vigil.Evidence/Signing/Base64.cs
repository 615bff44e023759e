namespace Vigil.Evidence;

/// <summary>
/// RFC 4648 section 4, the one spelling of each value: the framework also takes white space and stray bits, and
/// what has two spellings can be altered unnoticed.
/// </summary>
internal static class Base64
{
    public static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length * 3 / 4];
        if (text.Length == 0 || !Convert.TryFromBase64String(text, bytes, out var count))
        {
            return false;
        }
        bytes = bytes[..count];
        return Convert.ToBase64String(bytes) == text;
    }
}
