namespace Vigil.Hashing;

internal static class Hex
{
    /// <summary>
    /// Decodes <c>2 * destination.Length</c> hexadecimal characters of either case; false on any other.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<char> hex, Span<byte> destination) =>
        hex.Length == destination.Length * 2
        && Convert.FromHexString(hex, destination, out _, out _) == System.Buffers.OperationStatus.Done;
}
