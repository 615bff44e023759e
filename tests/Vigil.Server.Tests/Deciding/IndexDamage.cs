namespace Vigil.Server.Tests.Deciding;

/// <summary>What happens to folders of index files.</summary>
internal static class IndexDamage
{
    /// <summary>Every segment, so that no state is whole.</summary>
    public static void Damage(string folder, string how)
    {
        var segments = Directory.EnumerateFiles(folder, "segment-*").Order().ToList();
        foreach (var file in segments)
        {
            var bytes = File.ReadAllBytes(file);
            switch (how)
            {
                case "flipped":
                    bytes[bytes.Length / 2] ^= 1;
                    File.WriteAllBytes(file, bytes);
                    break;
                case "cut":
                    File.WriteAllBytes(file, bytes[..^100]);
                    break;
                case "exchanged":
                    File.WriteAllBytes(
                        file,
                        File.ReadAllBytes(Directory.EnumerateFiles(folder, "generation-*").First())
                    );
                    break;
                default:
                    File.Delete(file);
                    break;
            }
        }
        if (how == "emptied")
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
