namespace Vigil.Media.Decoding.Vips;

/// <summary>libvips, started once a process: one thread, no cache, nothing on disk, five loaders.</summary>
internal static class VipsRuntime
{
    /// <summary>
    /// Above this size libvips would decode into a temporary file; no picture within the limits is as large.
    /// </summary>
    private const string DiscThreshold = "1000g";

    private static readonly string[] AllowedLoaders =
    [
        "VipsForeignLoadPngBuffer",
        "VipsForeignLoadNsgifBuffer",
        "VipsForeignLoadWebpBuffer",
        "VipsForeignLoadTiffBuffer",
        "VipsForeignLoadHeifBuffer",
    ];

    private static bool started;

    /// <exception cref="InvalidOperationException">The library is there but does not start.</exception>
    public static void Start()
    {
        if (started)
        {
            return;
        }
        // Read by vips_init: no warnings about the file's content on standard error.
        _ = VipsNative.g_setenv("VIPS_WARNING", "0", 1);
        _ = VipsNative.g_setenv("VIPS_DISC_THRESHOLD", DiscThreshold, 1);
        if (VipsNative.vips_init("vigil") != 0)
        {
            throw new InvalidOperationException(
                "libvips does not start. Reinstall the Debian package libvips42."
            );
        }
        VipsNative.vips_concurrency_set(1);
        VipsNative.vips_cache_set_max(0);
        // Twice: libvips' own list of untrusted operations, then everything that reads or writes a format but
        // ours.
        VipsNative.vips_block_untrusted_set(1);
        VipsNative.vips_operation_block_set("VipsForeignLoad", 1);
        VipsNative.vips_operation_block_set("VipsForeignSave", 1);
        foreach (var loader in AllowedLoaders)
        {
            VipsNative.vips_operation_block_set(loader, 0);
        }
        started = true;
    }
}
