(using_directive (_) @source .) @import
