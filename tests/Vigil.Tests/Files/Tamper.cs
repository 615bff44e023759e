namespace Vigil.Tests.Files;

/// <summary>What an attacker with write access, or a failing disk, may do to a file.</summary>
internal static class Tamper
{
    public static byte[] AtRandom(byte[] file, byte[] other, Random random)
    {
        var bytes = (byte[])file.Clone();
        switch (random.Next(6))
        {
            case 0:
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                return bytes[..random.Next(bytes.Length)];
            case 2:
                return [.. bytes, .. other[..random.Next(1, Math.Min(other.Length, 200_000))]];
            case 3:
                var cut = random.Next(bytes.Length);
                return [.. bytes[..cut], .. bytes[Math.Min(bytes.Length, cut + random.Next(1, 70_000))..]];
            case 4:
                var splice = random.Next(Math.Min(bytes.Length, other.Length));
                return [.. bytes[..splice], .. other[splice..]];
            default:
                var length = random.Next(1, Math.Min(bytes.Length, 70_000));
                var (from, to) = (random.Next(bytes.Length - length), random.Next(bytes.Length - length));
                Array.Copy(bytes, from, bytes, to, length);
                return bytes;
        }
    }
}

/// <summary>Gives out a few bytes at a time, as pipes and sockets do.</summary>
internal sealed class TricklingStream(byte[] bytes, Random random) : MemoryStream(bytes)
{
    public override int Read(Span<byte> buffer) =>
        base.Read(buffer.IsEmpty ? buffer : buffer[..random.Next(1, Math.Min(buffer.Length, 50_000) + 1)]);
}
