using System.Text;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Keeping;

/// <summary>
/// What a row says of its content beside the fingerprints, as the note of its row: version, surface, jurisdiction,
/// account, reference. Personal data of the platform: sealed with the row, erased with it.
/// </summary>
internal sealed record HistoryNote(Surface Surface, string Jurisdiction, string? Account, string? ContentRef)
{
    private const byte Version = 1;

    public byte[] Encode()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(Version);
        writer.Write(Surfaces.NameOf(Surface));
        writer.Write(Jurisdiction);
        Write(writer, Account);
        Write(writer, ContentRef);
        writer.Flush();
        return bytes.ToArray();
    }

    /// <exception cref="FormatException">Not what <see cref="Encode"/> writes.</exception>
    public static HistoryNote Decode(ReadOnlySpan<byte> note)
    {
        using var reader = new BinaryReader(new MemoryStream(note.ToArray()), Encoding.UTF8);
        try
        {
            return reader.ReadByte() == Version && Surfaces.TryParse(reader.ReadString(), out var surface)
                ? new HistoryNote(surface, reader.ReadString(), Read(reader), Read(reader))
                : throw new FormatException("A row of the history is of a version not known here.");
        }
        catch (EndOfStreamException e)
        {
            throw new FormatException("A row of the history is cut.", e);
        }
    }

    private static void Write(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        if (text is not null)
        {
            writer.Write(text);
        }
    }

    private static string? Read(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;

    /// <summary>Its members are personal data.</summary>
    public override string ToString() => "history note";
}
