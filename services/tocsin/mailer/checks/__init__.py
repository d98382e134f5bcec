"""What ``tocsin doctor`` looks at: whether mail would leave, unread by others, and reach those who hold a mandate."""
